"""The services an origin hosts: T4, T6, T7, T8, T9. Read, use case, write."""

from gateway.domain.deliveries import Side
from gateway.domain.messages import Operation
from gateway.soap import reading, writing
from gateway.soap.calls import Call
from gateway.usecases import origin_inbox, status


def require_refresh(call: Call) -> bytes:
    """T4, guideline A.2."""
    return call.answer(
        Operation.REQUIRE_REFRESH,
        lambda: reading.refresh_request(call.body),
        lambda request, uow: origin_inbox.receive_refresh_request(
            call.partner.code,
            request.id_pratica,
            request.reason,
            request.notes,
            uow=uow,
            now=call.message.received_at,
        ),
        lambda _: "",
    )


def ret_token(call: Call) -> bytes:
    """T8, guideline A.2."""
    return call.answer(
        Operation.RET_TOKEN,
        lambda: (reading.id_pratica(call.body), reading.token(call.body)),
        lambda command, uow: origin_inbox.receive_token(
            call.partner.code, command[0], command[1], uow=uow, now=call.message.received_at
        ),
        lambda _: "",
    )


def change_status(call: Call) -> bytes:
    """T6 from the destination, guideline A.2."""
    wiring = call.wiring
    return call.answer(
        Operation.CHANGE_STATUS,
        lambda: (reading.id_pratica(call.body), reading.status_change(call.body)),
        lambda command, uow: origin_inbox.receive_status_change(
            call.partner.code,
            command[0],
            command[1],
            uow=uow,
            register=wiring.register_for(uow),
            student_file=wiring.student_file_for(uow),
            now=call.message.received_at,
        ),
        lambda _: "",
    )


def get_status(call: Call) -> bytes:
    """T7, guideline A.2."""
    return call.answer(
        Operation.GET_STATUS,
        lambda: reading.id_pratica(call.body),
        lambda id_pratica, uow: status.get_status(
            Side.ORIGIN, call.partner.code, id_pratica, uow=uow
        ),
        writing.steps,
    )


def get_allegato(call: Call) -> bytes:
    """T9, guideline A.2."""
    return call.answer(
        Operation.GET_ALLEGATO,
        lambda: (reading.id_pratica(call.body), reading.attachment_id(call.body)),
        lambda command, uow: (
            *command,
            origin_inbox.provide_attachment(
                call.partner.code, *command, uow=uow, now=call.message.received_at
            ),
        ),
        lambda found: writing.attachment(*found),
    )


HANDLERS = {
    Operation.REQUIRE_REFRESH: require_refresh,
    Operation.RET_TOKEN: ret_token,
    Operation.CHANGE_STATUS: change_status,
    Operation.GET_STATUS: get_status,
    Operation.GET_ALLEGATO: get_allegato,
}
