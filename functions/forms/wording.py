"""What visitors read, in both languages: pages, mails, and what is wrong with an answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.domain.errors import FieldError
from shared.domain.forms.form import Form, Language


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one language."""

    submit: str
    sending: str
    unavailable: str
    choose: str
    correct: str
    thanks: str
    check_mail: str
    too_many: str
    not_found: str
    closed: str
    elsewhere: str
    confirm_title: str
    confirm_ask: str
    confirm_button: str
    confirmed: str
    link_over: str
    mail_subject: str
    mail_ask: str
    mail_ignore: str
    leave_empty: str
    errors: Mapping[str, str]


_ENGLISH = Wording(
    submit="Send",
    sending="Sending …",
    unavailable="This did not work just now. Please try again later.",
    choose="Please choose",
    correct="Please check the marked answers.",
    thanks="Thank you. We will be in touch.",
    check_mail="Thank you. We have sent you a mail: please follow its link to confirm.",
    too_many="That was too often. Please try again later.",
    not_found="There is no such form.",
    closed="This form is closed just now.",
    elsewhere="This form may not be used on this site.",
    confirm_title="Confirm your address",
    confirm_ask="Please press the button to confirm your e-mail address.",
    confirm_button="Confirm",
    confirmed="Thank you, your address is confirmed.",
    link_over="This link is no longer valid. Please fill in the form again.",
    mail_subject="Please confirm your address",
    mail_ask="You filled in the form “{form}”. Please confirm your address by opening this page:",
    mail_ignore="The link is valid for 7 days. If this was not you, ignore this mail.",
    leave_empty="Leave this empty",
    errors={
        "required": "Please fill this in.",
        "email_invalid": "This is not an e-mail address.",
        "phone_invalid": "This is not a telephone number.",
        "phone_region_needed": "Please write the number with its country code, as in +86.",
        "number_invalid": "Please enter a number.",
        "amount_invalid": "Please enter an amount, such as 1250.50.",
        "not_an_option": "Please take one of the choices.",
        "date_invalid": "Please enter a date, such as 2026-03-31.",
        "address_invalid": "This is not a web address.",
        "too_long": "This is too long.",
        "unknown_field": "The form has no such field.",
        "identity_required": "Please tell us your name, company, e-mail or phone number.",
        "stale": "The page was open for too long. Please load it again.",
        "": "Please check this.",
    },
)
_CHINESE = Wording(
    submit="提交",
    sending="正在提交…",
    unavailable="暂时无法提交，请稍后再试。",
    choose="请选择",
    correct="请检查标出的内容。",
    thanks="提交成功，我们会尽快与您联系。",
    check_mail="提交成功。我们已向您发送邮件，请点击邮件中的链接完成确认。",
    too_many="提交过于频繁，请稍后再试。",
    not_found="表单不存在。",
    closed="该表单暂停使用。",
    elsewhere="该网站不能使用此表单。",
    confirm_title="确认邮箱地址",
    confirm_ask="请点击下面的按钮，确认您的邮箱地址。",
    confirm_button="确认",
    confirmed="您的邮箱地址已确认，谢谢。",
    link_over="链接已失效，请重新填写表单。",
    mail_subject="请确认您的邮箱地址",
    mail_ask="您填写了表单“{form}”。请打开以下页面，确认您的邮箱地址：",
    mail_ignore="链接 7 天内有效。如果不是您本人操作，请忽略此邮件。",
    leave_empty="请勿填写",
    errors={
        "required": "请填写此项。",
        "email_invalid": "邮箱地址不正确。",
        "phone_invalid": "电话号码不正确。",
        "phone_region_needed": "请填写带国家代码的号码，例如 +86。",
        "number_invalid": "请填写数字。",
        "amount_invalid": "请填写金额，例如 1250.50。",
        "not_an_option": "请选择其中一项。",
        "date_invalid": "请填写日期，例如 2026-03-31。",
        "address_invalid": "网址不正确。",
        "too_long": "内容过长。",
        "unknown_field": "表单没有此项。",
        "identity_required": "请至少填写姓名、公司、邮箱或电话中的一项。",
        "stale": "页面打开时间过长，请重新加载。",
        "": "请检查此项。",
    },
)
WORDINGS: Mapping[Language, Wording] = {"en": _ENGLISH, "zh": _CHINESE}


def wording(language: Language) -> Wording:
    """The texts of a language."""
    return WORDINGS[language]


def in_language(language: Language, errors: Iterable[FieldError]) -> list[FieldError]:
    """The same errors with messages for visitors."""
    known = wording(language).errors
    return [FieldError(e.path, e.code, known.get(e.code, known[""])) for e in errors]


def after_submission(form: Form) -> str:
    """What a visitor reads when the form is sent: the form's own text or the usual one."""
    if form.double_opt_in:
        return wording(form.language).check_mail
    return form.thank_you or wording(form.language).thanks
