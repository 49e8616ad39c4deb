package oidc_test

import (
	"net/http"
	"slices"
	"testing"

	"pupitre/internal/db/dbtest"
)

// A certificate is pinned, whoever signed it: that is self_signed_tls_client_auth (RFC 8705 §2.2). tls_client_auth (§2.1) would be an
// authority's word, which nothing here takes. Where connections are not asked for a certificate, neither it nor bound tokens are announced.
func TestDiscoveryAnnouncesTheProofByCertificateThatIsChecked(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	announced := func() (methods [2][]any, bound, aliases bool) {
		t.Helper()
		status, said := h.get(t, "/.well-known/openid-configuration", "")
		if status != http.StatusOK {
			t.Fatal(status)
		}
		methods[0], _ = said["token_endpoint_auth_methods_supported"].([]any)
		methods[1], _ = said["revocation_endpoint_auth_methods_supported"].([]any)
		bound, _ = said["tls_client_certificate_bound_access_tokens"].(bool)
		_, aliases = said["mtls_endpoint_aliases"]
		return methods, bound, aliases
	}
	for _, address := range []string{"", "https://idp-mtls.operateur.example"} {
		h.Provider.ByCertificate = address
		methods, bound, aliases := announced()
		for _, m := range methods {
			if !slices.Contains(m, any("private_key_jwt")) || slices.Contains(m, any("tls_client_auth")) ||
				slices.Contains(m, any("self_signed_tls_client_auth")) != (address != "") {
				t.Errorf("asked for certificates at %q: %v", address, m)
			}
		}
		if bound != (address != "") || aliases != (address != "") {
			t.Errorf("asked for certificates at %q: bound %v, aliases %v", address, bound, aliases)
		}
	}
}
