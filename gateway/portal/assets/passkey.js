// Asks the browser for a passkey, or to make one, with the page's options, and sends what it gives with the form.
const form = document.getElementById("form");
const button = form.querySelector("[data-passkey]");
const refused = document.getElementById("passkey-refused");
const [read, act] = button.dataset.passkey === "create" ? ["parseCreationOptionsFromJSON", "create"] : ["parseRequestOptionsFromJSON", "get"];

if (window.PublicKeyCredential?.[read]) {
  button.hidden = false;
  form.querySelector("[data-passkey-note]").hidden = true;
  button.addEventListener("click", async () => {
    refused.hidden = true;
    try {
      const options = PublicKeyCredential[read](JSON.parse(form.elements.options.value));
      const credential = await navigator.credentials[act]({ publicKey: options });
      form.elements.passkey.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      refused.hidden = false;
    }
  });
}
