"""Handing mails to the mail server: one connection for many mails, time limits, and each refusal told for what it is."""

import smtplib
from contextlib import suppress
from email.message import EmailMessage
from typing import Any

from services.common.security.transport import client_context

TIMEOUT_S = 10.0


class MailRefused(Exception):
    """The mail was not taken. `permanent`: it never will be; `server_wide`: no mail to anyone would have been."""

    def __init__(self, words: str, *, permanent: bool = False, server_wide: bool = False) -> None:
        super().__init__(words)
        self.words, self.permanent, self.server_wide = words, permanent, server_wide


class MailServer:
    """A connection to the mail server, made when first needed and kept until `close`.

    `tls` is `implicit`, `starttls` or `none`; a server that does not offer what is asked for gets no mail. `credentials` are a user and a
    password, which are sent over TLS only.
    """

    def __init__(self, host: str, port: int, tls: str = "none", credentials: tuple[str, str] | None = None) -> None:
        self._host, self._port, self._tls, self._credentials = host, port, tls, credentials
        self._smtp: smtplib.SMTP | None = None

    def send(self, mail: EmailMessage, sender: str, recipient: str) -> None:
        """Returns once the server has taken the mail; raises MailRefused."""
        try:
            self._connected().send_message(mail, sender, [recipient])
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _refused(code, words) from error
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused(f"the mail server takes no such address: {error}", permanent=True) from error
        except (smtplib.SMTPException, OSError) as error:
            # The server is away, or refuses our own address: that is not the recipient's doing, and no fault of the mail.
            self.close()
            raise MailRefused(f"{type(error).__name__}: {error}", server_wide=True) from error

    def close(self) -> None:
        """Ends the connection, if there is one."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def drop(self) -> None:
        """Ends the connection without a word, when the server may be in the middle of something."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None or self._smtp.sock is None:
            self._smtp = self._connect()
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        # Without a name of our own, smtplib asks the resolver for this machine's, which can take seconds.
        known: dict[str, Any] = {"local_hostname": "correspondence", "timeout": TIMEOUT_S}
        if self._tls == "implicit":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, context=client_context(), **known)
        else:
            smtp = smtplib.SMTP(self._host, self._port, **known)
        try:
            if self._tls == "starttls":
                smtp.starttls(context=client_context())
            if self._credentials and self._tls != "none":
                smtp.login(*self._credentials)
        except BaseException as error:
            smtp.close()
            if isinstance(error, smtplib.SMTPNotSupportedError):  # else said of an address: this is of the server
                raise smtplib.SMTPException(str(error)) from error
            raise
        return smtp


def _refused(code: int, words: bytes | str) -> MailRefused:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return MailRefused(f"{code} {said}", permanent=code >= 500)
