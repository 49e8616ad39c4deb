package lemontest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Settings are lines of the portal's configuration, under the names that its manager gives them. A line may be Settings again: those
// of several parts are put together, and of two values the later part's holds.
type Settings map[string]any

// over puts other settings over these.
func (s Settings) over(others Settings) {
	for name, value := range others {
		below, ok := s[name].(Settings)
		above, ok2 := value.(Settings)
		if ok && ok2 {
			below.over(above)
			continue
		}
		if ok2 { // a copy: what is merged into it later is not the caller's
			value = Settings{}
			value.(Settings).over(above)
		}
		s[name] = value
	}
}

// People says who the persons of the demonstration are (dwho, rtyler, msmith; their passwords are their names): the macros idEnt and
// GARPersonIdentifiant, for protocols to send.
func People(project string, external map[string]string) Settings {
	who := "''"
	for _, login := range slices.Sorted(maps.Keys(external)) {
		who = fmt.Sprintf("$uid eq '%s' ? '%s' : %s", login, external[login], who)
	}
	return Settings{"macros": Settings{"idEnt": "'" + project + "'", "GARPersonIdentifiant": who}}
}

// CAS makes the portal a CAS server, for the one service that is below an address.
func CAS(service string) Settings {
	return Settings{
		"issuerDBCASActivation":      1,
		"casAccessControlPolicy":     "error",
		"casBackChannelSingleLogout": 1,
		"casAppMetaDataOptions":      Settings{"app": Settings{"casAppMetaDataOptionsService": service, "casAppMetaDataOptionsUserAttribute": "uid"}},
		"casAppMetaDataExportedVars": Settings{"app": Settings{"idEnt": "idEnt", "GARPersonIdentifiant": "GARPersonIdentifiant"}},
	}
}

// RP is a program that signs people in at the portal by OpenID Connect.
type RP struct {
	ClientID, Secret string
	Redirect         string // where answers go
	SignedOut        string // where a person goes who has signed out; ""
}

// Scope is what an RP asks for to be given idEnt and GARPersonIdentifiant.
const Scope = "gar"

// OIDC makes the portal an OpenID provider for one program. Its issuer is the portal's address; it signs with RS256.
func OIDC(url string, rp RP) Settings {
	private, public := Key()
	option := func(name string) string { return "oidcRPMetaDataOptions" + name }
	return Settings{
		"issuerDBOpenIDConnectActivation": 1, "oidcServiceMetaDataIssuer": url, "oidcServiceAllowAuthorizationCodeFlow": 1,
		"oidcServicePrivateKeySig": private, "oidcServicePublicKeySig": public, "oidcServiceKeyIdSig": "portal",
		"oidcRPMetaDataOptions": Settings{"rp": Settings{
			option("ClientID"): rp.ClientID, option("ClientSecret"): rp.Secret, option("RedirectUris"): rp.Redirect,
			option("PostLogoutRedirectUris"): rp.SignedOut, option("LogoutBypassConfirm"): 1, option("BypassConsent"): 1,
			option("IDTokenSignAlg"): "RS256", option("RequirePKCE"): 1, option("UserIDAttr"): "uid",
		}},
		"oidcRPMetaDataExportedVars":       Settings{"rp": Settings{"idEnt": "idEnt", "GARPersonIdentifiant": "GARPersonIdentifiant"}},
		"oidcRPMetaDataOptionsExtraClaims": Settings{"rp": Settings{Scope: "idEnt GARPersonIdentifiant"}},
	}
}

// SAML makes the portal an identity provider for one service provider, by its metadata. Its own are at /saml/metadata.
func SAML(metadata string) Settings {
	private, _ := Key()
	option := func(name string) string { return "samlSPMetaDataOptions" + name }
	return Settings{
		"issuerDBSAMLActivation": 1, "samlServicePrivateKeySig": private, "samlServicePublicKeySig": certificate(), "samlServiceSignatureMethod": "RSA_SHA256",
		"samlSPMetaDataXML": Settings{"sp": Settings{"samlSPMetaDataXML": metadata}},
		"samlSPMetaDataOptions": Settings{"sp": Settings{
			option("NameIDFormat"): "persistent", option("EnableIDPInitiatedURL"): 1, option("SignSSOMessage"): 1, option("SignSLOMessage"): 1,
			option("CheckSSOMessageSignature"): 1, option("CheckSLOMessageSignature"): 1, option("SignatureMethod"): "RSA_SHA256", option("NameIDSessionKey"): "uid",
		}},
		"samlSPMetaDataExportedAttributes": Settings{"sp": Settings{"idEnt": "1;idEnt;;", "GARPersonIdentifiant": "1;GARPersonIdentifiant;;"}},
	}
}

// certificate is that of the key that portals sign with.
func certificate() string {
	key := theKey()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// Key is the key that portals sign with, as the configuration has it: made once, for nothing but tests.
func Key() (private, public string) {
	key := theKey()
	block := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		panic(err)
	}
	return block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), block("PUBLIC KEY", der)
}

var theKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// every portal's settings.
func (p *Portal) settings() Settings {
	files := func(folder string) Settings {
		dir := filepath.Join(p.Dir, folder)
		return Settings{"Directory": dir, "LockDirectory": filepath.Join(dir, "lock"), "generateModule": "Lemonldap::NG::Common::Apache::Session::Generate::SHA256"}
	}
	return Settings{
		"cfgNum": 1, "cfgAuthor": "a test", "cfgDate": "1", "key": "of this test only", "portal": p.URL + "/", "domain": host,
		"authentication": "Demo", "userDB": "Same", "passwordDB": "Null", "registerDB": "Null",
		"demoExportedVars": Settings{"uid": "uid", "cn": "cn", "mail": "mail"}, "whatToTrace": "uid",
		"locationRules": Settings{host: Settings{"default": "accept"}},
		"requireToken":  0, // of the form: it would make a script fetch it twice
		"globalStorage": "Apache::Session::File", "globalStorageOptions": files("sessions"),
		"persistentStorage": "Apache::Session::File", "persistentStorageOptions": files("persistent"),
		"localSessionStorageOptions": Settings{"cache_root": filepath.Join(p.Dir, "cache"), "namespace": "sessions", "default_expires_in": 600, "cache_depth": 3},
	}
}

// write writes the portal's two files.
func (p *Portal) write(t testing.TB, parts []Settings) {
	t.Helper()
	all := p.settings()
	for _, part := range parts {
		all.over(part)
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	ini := strings.ReplaceAll(`[all]
logLevel = warn
[configuration]
type = File
dirName = DIR/conf
localStorage = Cache::FileCache
localStorageOptions = { 'namespace' => 'conf', 'default_expires_in' => 600, 'cache_root' => 'DIR/cache', 'cache_depth' => 3 }
[portal]
staticPrefix = /static
templateDir = /usr/share/lemonldap-ng/portal/templates
languages = en, fr
`, "DIR", p.Dir)
	for name, text := range map[string][]byte{"lemonldap-ng.ini": []byte(ini), "conf/lmConf-1.json": text} {
		if err := os.WriteFile(filepath.Join(p.Dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
