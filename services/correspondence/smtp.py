"""Handing mails to the mail server: one connection for many mails, time limits, and each refusal told for what it is."""

import smtplib
from contextlib import suppress
from email.message import EmailMessage

TIMEOUT_S = 10.0


class MailRefused(Exception):
    """The mail was not taken. `permanent`: it never will be; `server_wide`: no mail to anyone would have been."""

    def __init__(self, words: str, *, permanent: bool = False, server_wide: bool = False) -> None:
        super().__init__(words)
        self.words, self.permanent, self.server_wide = words, permanent, server_wide


class MailServer:
    """A connection to the mail server, made when first needed and kept until `close`."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
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
            # Without a name of our own, smtplib asks the resolver for this machine's, which can take seconds.
            self._smtp = smtplib.SMTP(self._host, self._port, local_hostname="correspondence", timeout=TIMEOUT_S)
        return self._smtp


def _refused(code: int, words: bytes | str) -> MailRefused:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return MailRefused(f"{code} {said}", permanent=code >= 500)
