"""Tax numbers with their check digits: 统一社会信用代码 (GB 32100) and European VAT numbers.

The rules of each country are those of python-stdnum.
"""

from shared.domain.customers.parts import TaxNumber
from shared.domain.errors import InvalidInput


def checked_tax_number(given: TaxNumber, path: str = "tax_number") -> TaxNumber:
    """The number in its compact form. Raises InvalidInput (`tax_number_invalid`) at `path`."""
    # Loaded when the first number is read, not at a cold start.
    from stdnum.cn import uscc
    from stdnum.eu import vat
    from stdnum.exceptions import ValidationError

    try:
        match given.scheme:
            case "uscc":
                value = str(uscc.validate(given.value))
            case "vat":
                value = str(vat.validate(given.value))
            case _:
                value = given.value.upper().replace(" ", "")
    except ValidationError:
        message = "The check digits of this number do not fit."
        raise InvalidInput.of(f"{path}.value", "tax_number_invalid", message) from None
    return TaxNumber(scheme=given.scheme, value=value)


def likely_scheme(text: str) -> str:
    """What a number looks like, when nobody says it: 18 signs are 统一社会信用代码, two letters in
    front a VAT number."""
    compact = "".join(text.split()).upper()
    if len(compact) == 18 and compact.isalnum() and compact[:1].isdigit():
        return "uscc"
    return "vat" if compact[:2].isalpha() and compact[2:3].isalnum() else "other"
