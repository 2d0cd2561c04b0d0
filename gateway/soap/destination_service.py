"""The services a destination hosts: T1, T2, T3, T5, T6, T7. Read, use case, write."""

from gateway.domain.deliveries import Side
from gateway.domain.messages import Operation
from gateway.soap import reading, writing
from gateway.soap.calls import Call
from gateway.usecases import destination_inbox, offers, status


def get_offerta(call: Call) -> bytes:
    """T1, guideline A.2."""
    return call.answer(
        Operation.GET_OFFERTA,
        lambda: reading.offer_request(call.body),
        lambda request, uow: offers.get_offer(request, uow=uow),
        writing.offer,
    )


def get_info_workflow(call: Call) -> bytes:
    """T2, guideline A.2."""
    return call.answer(
        Operation.GET_INFO_WORKFLOW,
        lambda: None,
        lambda _, uow: offers.get_terms(uow=uow),
        writing.terms,
    )


def put_processo(call: Call) -> bytes:
    """T3, guideline A.2."""
    wiring = call.wiring
    return call.answer(
        Operation.PUT_PROCESSO,
        lambda: reading.transfer(call.message, call.body, call.reasons),
        lambda command, uow: destination_inbox.receive_transfer(
            command,
            uow=uow,
            register=wiring.register_for(uow),
            documents=wiring.documents,
            new_token=wiring.new_token,
            now=call.message.received_at,
        ),
        lambda received: writing.token(received.token),
    )


def put_dati(call: Call) -> bytes:
    """T5, guideline A.2."""
    return call.answer(
        Operation.PUT_DATI,
        lambda: reading.data(call.message, call.body, call.reasons),
        lambda command, uow: destination_inbox.receive_data(
            command,
            uow=uow,
            register=call.wiring.register_for(uow),
            now=call.message.received_at,
        ),
        lambda _: "",
    )


def change_status(call: Call) -> bytes:
    """T6 from the origin, guideline A.2."""
    return call.answer(
        Operation.CHANGE_STATUS,
        lambda: (reading.id_pratica(call.body), reading.status_change(call.body)),
        lambda command, uow: destination_inbox.receive_status_change(
            call.partner.code,
            command[0],
            command[1].change,
            command[1].notes,
            uow=uow,
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
            Side.DESTINATION, call.partner.code, id_pratica, uow=uow
        ),
        writing.steps,
    )


HANDLERS = {
    Operation.GET_OFFERTA: get_offerta,
    Operation.GET_INFO_WORKFLOW: get_info_workflow,
    Operation.PUT_PROCESSO: put_processo,
    Operation.PUT_DATI: put_dati,
    Operation.CHANGE_STATUS: change_status,
    Operation.GET_STATUS: get_status,
}
