"""The refusals that the gateway itself makes, before any service is asked."""

from services.common.kernel.errors import Forbidden, NotFound, ServiceError, Unavailable
from services.common.kernel.text import Text


class NoSuchAddress(NotFound):
    """The API has no such address."""

    code = "no_such_address"
    title = Text("There is nothing at this address.", "Il n’y a rien à cette adresse.")
    detail = Text(
        "Check the address; /api/v1/docs lists all that there is.",
        "Vérifiez l’adresse; /api/v1/docs énumère tout ce qui existe.",
    )


class MethodNotAllowed(ServiceError):
    """The address exists, but not with this HTTP method; `allowed` lists those it has."""

    code = "method_not_allowed"
    status = 405
    title = Text("This address does not take this method.", "Cette adresse n’accepte pas cette méthode.")
    detail = Text("It takes: {allowed}.", "Elle accepte : {allowed}.")


class UnknownMethod(ServiceError):
    """The request has a method that HTTP does not know; the connection ends with it."""

    code = "unknown_method"
    status = 501
    title = Text("This method is not known here.", "Cette méthode est inconnue ici.")
    detail = Text(
        "Check the program that sent it; /api/v1/docs lists what each address takes.",
        "Vérifiez le programme qui l’a envoyée; /api/v1/docs énumère ce que chaque adresse accepte.",
    )


class MalformedBody(ServiceError):
    """The body is not what its content type says: broken JSON, a broken form, or one that ends too early."""

    code = "malformed_body"
    status = 400
    title = Text("The body of the request cannot be read.", "Le corps de la requête est illisible.")
    detail = Text("It is broken or was cut off. Send it again.", "Il est mal formé ou tronqué. Envoyez-le de nouveau.")


class MalformedHeader(ServiceError):
    """A header that the request relies on is not well formed; `header` names it."""

    code = "malformed_header"
    status = 400
    title = Text("A header of the request cannot be read.", "Un en-tête de la requête est illisible.")
    detail = Text("Check the header {header}.", "Vérifiez l’en-tête {header}.")


class MalformedRequest(ServiceError):
    """The request breaks the rules of HTTP, such as a length that is no number, or two of them; the connection ends with it."""

    code = "malformed_request"
    status = 400
    title = Text("The request cannot be read.", "La requête est illisible.")
    detail = Text(
        "It does not follow HTTP. Check the program that sent it.",
        "Elle ne respecte pas le protocole HTTP. Vérifiez le programme qui l’a envoyée.",
    )


class AddressTooLong(ServiceError):
    """The address, with its query, is longer than any that is taken."""

    code = "address_too_long"
    status = 414
    title = Text("The address is too long.", "L’adresse est trop longue.")
    detail = Text("Shorten it and try again.", "Raccourcissez-la et réessayez.")


class HeadersTooLarge(ServiceError):
    """A header is longer than is taken, or there are too many of them."""

    code = "headers_too_large"
    status = 431
    title = Text("The headers of the request are too large.", "Les en-têtes de la requête sont trop volumineux.")
    detail = Text("Send fewer or shorter headers.", "Envoyez des en-têtes moins nombreux ou plus courts.")


class UnsupportedMediaType(ServiceError):
    """The body is of another content type than this address takes."""

    code = "unsupported_media_type"
    status = 415
    title = Text("This content type is not accepted here.", "Ce type de contenu n’est pas accepté ici.")
    detail = Text("Send {expected}.", "Envoyez {expected}.")


class EncodedBody(ServiceError):
    """The body is compressed: what a small one would become, nobody knows before it is there."""

    code = "encoded_body"
    status = 415
    title = Text("A compressed body is not accepted.", "Un corps de requête compressé n’est pas accepté.")
    detail = Text("Send it as it is, without Content-Encoding.", "Envoyez-le tel quel, sans Content-Encoding.")


class BodyTooLarge(ServiceError):
    """The body is larger than this address takes."""

    code = "body_too_large"
    status = 413
    title = Text("The request is too large.", "La requête est trop volumineuse.")
    detail = Text("The largest body taken here is {limit_kb} kB.", "La taille maximale acceptée ici est de {limit_kb} ko.")


class TooManyValues(ServiceError):
    """The request has more values, or has them nested more deeply, than this address can have a use for."""

    code = "too_many_values"
    status = 413
    title = Text("The request has too many parts.", "La requête compte trop d’éléments.")
    detail = Text(
        "Send fewer values, and nest them less deeply.", "Envoyez moins de valeurs, et imbriquez-les moins profondément."
    )


class BodyTooSlow(ServiceError):
    """The body did not arrive in the time there is for it."""

    code = "body_too_slow"
    status = 408
    title = Text("The request took too long to arrive.", "La requête a mis trop de temps à arriver.")
    detail = Text("Check the connection and send it again.", "Vérifiez la connexion et envoyez-la de nouveau.")


class CrossSiteRequest(ServiceError):
    """A request that changes something relies on cookies, but was not made by our own pages: another site may have made it."""

    code = "cross_site_request"
    status = 403
    title = Text("The request did not come from our pages.", "La requête ne vient pas de nos pages.")
    detail = Text(
        "Open the page again here and repeat what you did. Programs send their token in the Authorization header.",
        "Ouvrez de nouveau la page ici et refaites l’opération. Les programmes envoient leur jeton dans l’en-tête Authorization.",
    )


class FileNeedsPassword(ServiceError):
    """The uploaded PDF opens only with a password, a certificate or a program of its own."""

    code = "file_needs_password"
    status = 422
    title = Text("This PDF is protected by a password.", "Ce PDF est protégé par un mot de passe.")
    detail = Text(
        "Nobody at the College could open it. Open it with its password, print or save it as a new PDF without one, and send that.",
        "Personne à l’Ordre ne pourrait l’ouvrir. Ouvrez-le avec son mot de passe, imprimez-le ou enregistrez-le dans un nouveau PDF "
        "sans mot de passe, puis envoyez celui-ci.",
    )


class FileDamaged(ServiceError):
    """The uploaded PDF or picture is broken or was cut off."""

    code = "file_damaged"
    status = 422
    title = Text("This file is damaged or incomplete.", "Ce fichier est endommagé ou incomplet.")
    detail = Text(
        "It cannot be opened. Open it on your device: if you see all of it, save it anew; else scan or photograph the document again. "
        "Then send that file.",
        "Il ne s’ouvre pas. Ouvrez-le sur votre appareil : si vous le voyez en entier, enregistrez-le de nouveau; sinon, numérisez ou "
        "photographiez encore le document. Envoyez ensuite ce fichier.",
    )


class FileHasNoPage(ServiceError):
    """The uploaded PDF has no page."""

    code = "file_has_no_page"
    status = 422
    title = Text("This PDF has no pages.", "Ce PDF n’a aucune page.")
    detail = Text(
        "There is nothing to read in it. Scan the document or save it as a PDF again, and send that file.",
        "Il n’y a rien à y lire. Numérisez le document ou enregistrez-le de nouveau en PDF, puis envoyez ce fichier.",
    )


class TooManyPixels(ServiceError):
    """The uploaded picture has more than `most` million pixels."""

    code = "too_many_pixels"
    status = 422
    title = Text("This picture has too many pixels.", "Cette image compte trop de pixels.")
    detail = Text(
        "We take at most {most} million. Save it smaller, scan it at 300 dots per inch, or save it as a PDF, and send that.",
        "Nous acceptons au plus {most} millions de pixels. Réduisez-la, numérisez à 300 points par pouce ou enregistrez-la en PDF, "
        "puis envoyez le résultat.",
    )


class FileTooComplex(ServiceError):
    """The uploaded file takes more time or memory to open than any document should."""

    code = "file_too_complex"
    status = 422
    title = Text("This file is too complicated to open.", "Ce fichier est trop complexe à ouvrir.")
    detail = Text(
        "Opening it took too long. Print it to a new PDF, or scan or photograph the document, and send that.",
        "Son ouverture a pris trop de temps. Imprimez-le dans un nouveau PDF, ou numérisez ou photographiez le document, "
        "puis envoyez le résultat.",
    )


class FilesNotOpened(Unavailable):
    """The file could not be opened for want of room, not through its own fault; it was not kept."""

    code = "files_not_opened"
    title = Text("We cannot look at files at the moment.", "Nous ne pouvons pas examiner les fichiers en ce moment.")
    detail = Text(
        "Your file was not kept. Please send it again in a few minutes.",
        "Votre fichier n’a pas été conservé. Veuillez l’envoyer de nouveau dans quelques minutes.",
    )


class VersionRequired(ServiceError):
    """An edit came without the version that it was made on (If-Match)."""

    code = "version_required"
    status = 428
    title = Text("The edit does not say what it was made on.", "La modification ne précise pas sa version d’origine.")
    detail = Text(
        "Send the ETag that you got with the page in an If-Match header.",
        "Envoyez, dans un en-tête If-Match, l’ETag reçu avec la page.",
    )


class TooManyRequests(ServiceError):
    """This address has made more such requests than are taken in a short time."""

    code = "too_many_requests"
    status = 429
    title = Text("Please wait a moment.", "Veuillez patienter un instant.")
    detail = Text(
        "There were too many requests. You can try again in {retry_after_s} seconds.",
        "Il y a eu trop de requêtes. Vous pourrez réessayer dans {retry_after_s} secondes.",
    )


class NotForDelegates(Forbidden):
    """The page was not opened to the delegate, or is for the person themselves only (B11)."""

    code = "not_for_delegates"
    title = Text("You cannot do this for somebody else.", "Vous ne pouvez pas faire ceci pour une autre personne.")
    detail = Text(
        "This page was not opened to you, or only the person themselves may use it, as for submitting. "
        "To use your own pages, press “Stop” first.",
        "L’accès à cette page ne vous a pas été donné, ou seule la personne elle-même peut s’en servir, comme pour la soumission. "
        "Pour utiliser vos propres pages, appuyez d’abord sur « Arrêter ».",
    )


class TooManyRows(ServiceError):
    """A list is longer than a file for a spreadsheet may be: `most` rows."""

    code = "too_many_rows"
    status = 422
    title = Text("This list is too long for one file.", "Cette liste est trop longue pour un seul fichier.")
    detail = Text(
        "A file has at most {most} rows. Go back, narrow the list down with its filters, and ask for the file again.",
        "Un fichier compte au plus {most} lignes. Revenez à la liste, resserrez-la à l’aide des filtres, puis redemandez le fichier.",
    )


class Busy(Unavailable):
    """As many requests as the gateway takes at once are under way; nothing was done with this one."""

    code = "busy"
    title = Text("The system is very busy at the moment.", "Le système est très occupé en ce moment.")


class InternalError(ServiceError):
    """The gateway failed in a way it did not foresee; its log has the trace under the same correlation id."""

    code = "internal_error_at_the_edge"


# What keeps an upload from being opened by whoever is to read it.
NOT_OPENED = (FileNeedsPassword, FileDamaged, FileHasNoPage, TooManyPixels, FileTooComplex, FilesNotOpened)


class StoredFileMissing(RuntimeError):
    """A service named a file that the store does not hold: the store and a database have come apart."""
