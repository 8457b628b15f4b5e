"""How good the product's decisions are, on real data and beside naive ones: `make quality`."""
