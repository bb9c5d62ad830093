"""A mail server for the tests: each letter it takes becomes a file in the folder.

usage: test_smtp_server.py PORT FOLDER plain|starttls|implicit [CERTIFICATE KEY]

Whoever signs in must be farm with the password secret; letters to refused@ it does not take.
"""

import itertools
import pathlib
import signal
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

port, folder, kind = int(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
tls = None
if kind != "plain":
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(sys.argv[4], sys.argv[5])
numbers = itertools.count(1)


class Letters:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        head = f"envelope: {envelope.mail_from} -> {','.join(envelope.rcpt_tos)}\n"
        head += f"tls: {session.ssl is not None or kind == 'implicit'}\n"
        head += f"signed in: {session.authenticated}\n"
        content = envelope.content.decode("utf-8").replace("\r\n", "\n")
        name = folder / f"{next(numbers)}.txt"
        name.with_suffix(".part").write_text(head + content)
        name.with_suffix(".part").rename(name)
        return "250 taken"


def sign_in(server, session, envelope, mechanism, data):
    right = data.login == b"farm" and data.password == b"secret"
    return AuthResult(success=right, handled=False)


class Server(Controller):
    def factory(self):
        return SMTP(
            self.handler,
            tls_context=tls if kind == "starttls" else None,
            authenticator=sign_in,
            auth_require_tls=False,
            auth_required=kind != "plain",
        )


server = Server(
    Letters(), hostname="127.0.0.1", port=port, ssl_context=tls if kind == "implicit" else None
)
server.start()
signal.sigwait({signal.SIGTERM, signal.SIGINT})
