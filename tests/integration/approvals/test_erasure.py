"""When a person is erased, what reviewers wrote about them goes too, and the log stays provable."""

from tests.integration.approvals.conftest import Office
from tests.integration.privacy.asking import answered

NAME = "欧阳文静"


def test_nothing_that_reviewers_wrote_is_left_and_that_they_decided_stays(office: Office) -> None:
    office.policy(kind="contact")
    contact, approval = office.waiting(kind="contact", name=NAME)
    office.returns(office.ann, approval, f"{NAME}的电话不对")
    office.ask(office.sue, "PATCH", f"/v1/contacts/{contact}", {"job_title": "经理"})
    office.does(office.sue, "resubmission", approval, comment=f"{NAME}已改")
    office.approves(office.bob, approval, comment=f"{NAME}核对过")
    before = office.stored(approval)
    answered(office.house, "erasure", contact)
    kept = [i for i in office.house.items() if NAME in str(i) and "#IDEM#" not in i["pk"]["S"]]
    assert kept == []
    after = office.stored(approval)
    assert [(e.by, e.action, e.hash) for e in after.log] == [
        (e.by, e.action, e.hash) for e in before.log
    ]
    told = office.ask(None, "GET", f"/v1/approvals/{approval}/verification").json
    assert (told["whole"], told["entries"], told["sealed"]) == (True, 4, before.sealed)
