"""Data in and out of the CRM: CSV and XLSX imports with a result per row, and exports."""
