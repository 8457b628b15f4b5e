"""Members come and go with the records' changes, exactly once, and counts always agree."""

from datetime import timedelta

from shared.domain.access import Role
from shared.domain.segments.membership import membership_id
from shared.runtime.timers import TimerDue
from tests.house import House, fresh_id
from tests.integration.segments.conftest import Board, leaf

EVALUATION = "segment-evaluation"


def test_a_new_segment_finds_the_records_there_are(board: Board) -> None:
    berlin, _paris = board.lead(city="Berlin"), board.lead(city="Paris")
    segment = board.make(leaf("city", "eq", "berlin"))
    assert board.members(segment) == [berlin]
    assert board.holds(segment, berlin)
    view = board.house.call("GET", f"/v1/segments/{segment}").json
    assert (view["status"], view["members"], view["run"]["seen"]) == ("ready", 1, 2)


def test_a_change_moves_a_record_in_and_out(board: Board) -> None:
    segment = board.make(leaf("city", "eq", "Berlin"))
    lead = board.lead(city="Paris")
    assert board.holds(segment)
    board.change(lead, city="Berlin")
    assert board.holds(segment, lead)
    board.change(lead, city="Rome")
    assert board.holds(segment)
    names = ("segment.entered", "segment.left")
    told = [(e.name, e.data["record"]) for e in board.house.events() if e.name in names]
    assert told == [("segment.entered", lead), ("segment.left", lead)]
    assert not board.house.world.dead


def test_what_is_deleted_is_no_member_until_it_is_restored(board: Board, house: House) -> None:
    segment = board.make(leaf("city", "eq", "Berlin"))
    lead = board.lead(city="Berlin")
    assert board.count(segment) == 1
    house.call("DELETE", f"/v1/leads/{lead}")
    house.world.settle()
    assert board.holds(segment)
    house.call("POST", f"/v1/leads/{lead}/restoration")
    house.world.settle()
    assert board.holds(segment, lead)


def test_a_message_that_comes_again_or_late_changes_nothing(board: Board, house: House) -> None:
    segment = board.make(leaf("city", "eq", "Berlin"))
    lead = board.lead(city="Paris", settle=False)
    house.world.settle(hold=EVALUATION)
    first = house.world.take(EVALUATION)
    house.call("PATCH", f"/v1/leads/{lead}", {"city": "Berlin"})
    house.world.settle(hold=EVALUATION)
    second = house.world.take(EVALUATION)
    for bodies in (second, first, second, first + second):
        house.world.deliver(EVALUATION, bodies)
        assert board.holds(segment, lead)
    entered = [e for e in house.events("segment.entered") if e.data["segment"] == segment]
    house.world.settle()
    entered = [e for e in house.events("segment.entered") if e.data["segment"] == segment]
    assert len(entered) == 1


def test_an_event_without_effect_costs_two_reads_and_no_write(board: Board, house: House) -> None:
    board.make(leaf("city", "eq", "Berlin"))
    lead = board.lead(city="Paris")
    house.call("PATCH", f"/v1/leads/{lead}", {"city": "Rome"})
    house.world.settle(hold=EVALUATION)
    bodies = house.world.take(EVALUATION)
    house.world.deliver(EVALUATION, bodies)  # the process knows the definitions now
    house.world.requests.clear()
    house.world.deliver(EVALUATION, bodies)
    assert house.world.requests == {"BatchGetItem": 2}


def test_a_change_of_membership_is_one_transaction(board: Board, house: House) -> None:
    for city in ("Berlin", "berlin", "BERLIN"):
        board.make(leaf("city", "eq", city))
    lead = board.lead(city="Paris")
    house.call("PATCH", f"/v1/leads/{lead}", {"city": "Berlin"})
    house.world.settle(hold=EVALUATION)
    bodies = house.world.take(EVALUATION)
    house.world.requests.clear()
    house.world.deliver(EVALUATION, bodies)
    assert house.world.requests == {"BatchGetItem": 2, "TransactWriteItems": 1}


def test_passing_time_alone_moves_a_record(board: Board, house: House) -> None:
    fresh = board.make(leaf("created_at", "within_days", 7))
    old = board.make(leaf("created_at", "older_than_days", 7))
    lead = board.lead()
    assert board.holds(fresh, lead)
    assert board.holds(old)
    house.world.pass_time(timedelta(days=7))
    due = board.membership(lead).timers["flip"]
    assert due == house.world.now
    timer = TimerDue(tenant=house.tenant, kind="membership", id=membership_id(lead), due=due)
    for _ in range(2):
        house.world.deliver("membership-timers", [timer.model_dump_json()])
        assert board.holds(fresh)
        assert board.holds(old, lead)
    assert "flip" not in board.membership(lead).timers


def test_lists_win_over_the_condition_and_exclusion_over_both(board: Board) -> None:
    inside, listed, barred = (board.lead(city=c) for c in ("Berlin", "Paris", "Berlin"))
    written_to = board.lead(city="Berlin", email="No.Mail@Example.com")
    segment = board.make(
        leaf("city", "eq", "Berlin"),
        include={"ids": [listed, barred]},
        exclude={"ids": [barred], "addresses": ["no.mail@example.com"]},
    )
    assert board.holds(segment, inside, listed)
    for record, because in ((inside, "condition"), (listed, "included"), (barred, "excluded")):
        path = f"/v1/segments/{segment}/members/{record}/explanation"
        told = board.house.call("GET", path).json
        assert (told["member"], told["because"]) == (because != "excluded", because)
    path = f"/v1/segments/{segment}/members/{written_to}/explanation"
    assert board.house.call("GET", path).json["excluded_by"] == ["address"]


def test_segments_build_on_each_other(board: Board) -> None:
    hot = board.make(leaf("urgency", "eq", "high"))
    german = board.make(leaf("country", "eq", "DE"))
    both = board.make(include={"segments": [hot]}, exclude={"segments": [german]})
    lead = board.lead(urgency="high", country="FR")
    assert board.holds(both, lead)
    board.change(lead, country="DE")
    assert board.holds(both)
    assert board.holds(german, lead)
    body = {"include": {"segments": [both]}}
    answer = board.house.call("PATCH", f"/v1/segments/{hot}", body)
    assert answer.json["errors"][0]["code"] == "circular"
    assert board.house.call("DELETE", f"/v1/segments/{hot}").code == "segment_in_use"


def test_a_static_segment_holds_who_was_put_in(board: Board, house: House) -> None:
    segment = board.make(type="static")
    one, other = board.lead(), board.lead()
    path = f"/v1/segments/{segment}/members"
    missing = one[:-1] + ("0" if one[-1] != "0" else "1")
    answer = house.call("POST", path, {"add": [one, other, missing]}).json
    assert [r["outcome"] for r in answer["results"]] == ["added", "added", "failed"]
    assert board.holds(segment, one, other)
    house.call("DELETE", f"/v1/leads/{one}")
    house.world.settle()
    assert board.holds(segment, other)
    house.call("POST", f"/v1/leads/{one}/restoration")
    house.world.settle()
    assert board.holds(segment, one, other)
    answer = house.call("POST", path, {"add": [one], "remove": [other]}).json
    assert [r["outcome"] for r in answer["results"]] == ["unchanged", "removed"]
    assert board.holds(segment, one)
    dynamic = board.make(leaf("city", "exists"))
    assert house.call("POST", f"/v1/segments/{dynamic}/members", {"add": [one]}).status == 409


def test_a_rehearsed_edit_puts_nobody_in(board: Board, house: House) -> None:
    segment, lead = board.make(type="static"), board.lead()
    path = f"/v1/segments/{segment}/members"
    answer = house.call("POST", path, {"add": [lead]}, query={"dry_run": "true"})
    assert answer.json["results"][0]["outcome"] == "added"
    assert board.holds(segment)


def test_a_snapshot_stays_while_its_source_moves_on(board: Board, house: House) -> None:
    source = board.make(leaf("city", "eq", "Berlin"))
    leads = [board.lead(city="Berlin", settle=False) for _ in range(3)]
    house.world.settle()
    answer = house.call("POST", f"/v1/segments/{source}/snapshot", {"name": "May"})
    house.world.settle()
    copy = answer.json["id"]
    assert board.holds(copy, *leads)
    board.change(leads[0], city="Rome")
    assert board.holds(source, *leads[1:])
    assert board.holds(copy, *leads)
    assert board.stored(copy).status == "ready"


def test_a_deleted_segment_lets_everybody_go(board: Board, house: House) -> None:
    segment = board.make(leaf("city", "eq", "Berlin"))
    lead = board.lead(city="Berlin")
    assert house.call("DELETE", f"/v1/segments/{segment}").status == 200
    house.world.settle()
    assert board.recount(segment) == 0
    assert segment not in board.membership(lead).targets
    assert house.call("GET", f"/v1/segments/{segment}/members").status == 404
    again = board.stored(segment).name
    assert board.make(leaf("city", "exists"), name=again)


def test_a_record_can_enter_more_segments_than_one_transaction_holds(board: Board) -> None:
    made = [board.make(leaf("city", "eq", "Berlin"), settle=False) for _ in range(45)]
    board.house.world.settle(rounds=500)
    lead = board.lead(city="Berlin")
    assert set(board.membership(lead).targets) == set(made)
    assert all(board.holds(segment, lead) for segment in made)
    board.change(lead, city="Rome")
    assert all(board.holds(segment) for segment in made)


def test_members_are_shown_within_ones_reach_only(board: Board, house: House) -> None:
    segment = board.make(leaf("city", "eq", "Berlin"))
    seller = house.user()
    mine = house.owned(seller, city="Berlin").id
    other = board.lead(city="Berlin")
    assert board.members(segment, by=house.by(seller)) == [mine]
    assert set(board.members(segment)) == {mine, other}
    path = f"/v1/segments/{segment}/members/{other}/explanation"
    assert house.call("GET", path, by=house.by(seller)).status == 404
    reader = house.by(Role.READ_ONLY)
    board.change(mine, email="a.person@example.com")
    page = house.call("GET", f"/v1/segments/{segment}/members", by=reader)
    assert "a****@example.com" in page.text
    assert "a.person" not in page.text


def test_long_lists_of_members_go_on_page_by_page(board: Board, house: House) -> None:
    segment = board.make(leaf("city", "eq", "Berlin"))
    leads = [board.lead(city="Berlin", settle=False) for _ in range(7)]
    house.world.settle()
    seen: list[str] = []
    query = {"limit": "3"}
    while True:
        page = house.call("GET", f"/v1/segments/{segment}/members", query=query).json
        seen += [item["id"] for item in page["items"]]
        assert len(page["items"]) <= 3
        if page["cursor"] is None:
            break
        query = {"limit": "3", "cursor": page["cursor"]}
    assert seen == sorted(leads, reverse=True)


def test_a_list_can_be_that_of_a_segment(board: Board, house: House) -> None:
    segment = board.make(leaf("city", "eq", "Berlin"))
    hot = board.lead(city="Berlin", source="fair")
    board.lead(city="Berlin", source="web")
    board.lead(city="Paris", source="fair")
    query = {"segment": segment, "source": "fair"}
    house.world.requests.clear()
    answer = house.call("GET", "/v1/leads", query=query)
    assert house.world.requests == {"Query": 1, "BatchGetItem": 1}
    assert [lead["id"] for lead in answer.json["items"]] == [hot]
    assert house.call("GET", "/v1/leads", query={**query, "q": "x"}).status == 422
    assert house.call("GET", "/v1/leads", query=query, by=house.by(Role.SUPPORT)).status == 403


def test_lists_name_records_and_segments_there_are(board: Board, house: House) -> None:
    lead, gone = board.lead(), board.lead()
    segment = board.make(include={"ids": [lead, gone]})
    house.call("DELETE", f"/v1/leads/{gone}")
    path = f"/v1/segments/{segment}"
    assert house.call("PATCH", path, {"exclude": {"ids": [lead]}}).status == 200
    bad = {"include": {"ids": [lead, gone, fresh_id("lead")], "segments": [fresh_id("seg")]}}
    answer = house.call("PATCH", path, bad)
    assert {e["code"] for e in answer.json["errors"]} == {"unknown_segment"}
    del bad["include"]["segments"]
    answer = house.call("PATCH", path, bad)
    assert [e["code"] for e in answer.json["errors"]] == ["unknown_record"]
    answer = house.call("PATCH", path, {"include": {"ids": [fresh_id("acc")]}})
    assert [e["code"] for e in answer.json["errors"]] == ["wrong_kind"]
    answer = house.call("PATCH", path, {"include": {}})
    assert [e["code"] for e in answer.json["errors"]] == ["contradictory"]


def test_who_sees_no_addresses_finds_none_in_definitions(board: Board, house: House) -> None:
    address = "somebody@example.com"
    segment = board.make(leaf("emails", "eq", address), exclude={"addresses": ["x" + address]})
    tag = board.tag("known", rule={"lead": leaf("emails", "eq", address)})
    reader, seller = house.by(Role.READ_ONLY), house.by(Role.SALES)
    for path in (f"/v1/segments/{segment}", "/v1/segments", f"/v1/tags/{tag}", "/v1/tags"):
        assert address in house.call("GET", path).text
        assert address not in house.call("GET", path, by=reader).text
    assert "x" + address not in house.call("GET", f"/v1/segments/{segment}", by=seller).text
