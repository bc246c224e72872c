"""The floor: the least that Python, eventlet and this broker can do. `python -m tests.benchmarks.bus.floor web PORT QUEUE | echo QUEUE`.

A bare py-amqp connection at each end, direct reply-to, no schema, no deadline, no access, no log; behind a bare eventlet WSGI server.
"""

import eventlet

eventlet.monkey_patch()

import itertools  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402

import amqp  # noqa: E402
from amqp import spec  # noqa: E402
from eventlet import wsgi  # noqa: E402
from eventlet.event import Event as Signal  # noqa: E402
from kombu import Connection  # noqa: E402

REPLY_TO = "amq.rabbitmq.reply-to"


def connect() -> amqp.Connection:
    """Opens a bare connection to the broker that AMQP_URI names."""
    connection: amqp.Connection = Connection(os.environ["AMQP_URI"]).transport.establish_connection()
    return connection


def send(channel: amqp.Channel, message: amqp.Message, routing_key: str) -> None:
    """Publishes to the default exchange, without draining the socket."""
    channel.send_method(spec.Basic.Publish, "Bssbb", (0, "", routing_key, False, False), message)


def echo(queue: str) -> None:
    """Answers each message with its own body."""
    connection = connect()
    channel = connection.channel()
    channel.basic_qos(0, 64, False)
    channel.queue_declare(queue, auto_delete=True)

    def answer(message: amqp.Message) -> None:
        properties = message.properties
        send(channel, amqp.Message(message.body, correlation_id=properties["correlation_id"]), properties["reply_to"])
        channel.basic_ack(message.delivery_tag)

    channel.basic_consume(queue, callback=answer)
    while True:
        connection.drain_events()


def web(port: int, queue: str) -> None:
    """Serves /echo over the broker, anything else from memory."""
    connection = connect()
    channel = connection.channel()
    waiting: dict[str, Signal] = {}
    numbers = itertools.count()

    def arrived(message: amqp.Message) -> None:
        waiting.pop(message.properties["correlation_id"]).send(message.body)

    channel.basic_consume(REPLY_TO, no_ack=True, callback=arrived)

    def drain() -> None:
        while True:
            connection.drain_events()

    def application(environ, start_response):
        body = b'{"text":"hello"}'
        if environ["PATH_INFO"].startswith("/echo"):
            number = str(next(numbers))
            signal = waiting[number] = Signal()
            send(channel, amqp.Message('{"text":"hello"}', correlation_id=number, reply_to=REPLY_TO), queue)
            answer = signal.wait()
            body = answer.encode() if isinstance(answer, str) else bytes(answer)
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    eventlet.spawn(drain)
    wsgi.server(eventlet.listen(("127.0.0.1", port), backlog=1024), application, log_output=False, debug=False)


if __name__ == "__main__":
    if sys.argv[1] == "web":
        web(int(sys.argv[2]), sys.argv[3])
    else:
        echo(sys.argv[2])
