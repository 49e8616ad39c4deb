package local

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"pupitre/directory"
)

// party is who asks for passkeys: the sign-in, under the name of its host (WebAuthn's relying party). The library reads and compares what
// a browser says; challenges, counts and keys are kept by us.
type party struct {
	*webauthn.WebAuthn
	origin string
}

// partyAt is the party of the broker's address; false where no browser would have one: over plain HTTP but on the machine itself, or
// under a number instead of a name (WebAuthn §5.1.3, §5.1.4; Secure Contexts §3.1).
func partyAt(base string) (party, bool) {
	u, err := url.Parse(base)
	if err != nil {
		return party{}, false
	}
	host := u.Hostname()
	here := host == "localhost" || strings.HasSuffix(host, ".localhost")
	if host == "" || net.ParseIP(host) != nil || u.Scheme != "https" && !(u.Scheme == "http" && here) {
		return party{}, false
	}
	origin := u.Scheme + "://" + u.Host
	w, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Pupitre", RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation, // who made the device is none of our business
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: protocol.ResidentKeyRequired(), ResidentKey: protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired,
		},
	})
	return party{w, origin}, err == nil
}

// algorithms are those of passkeys, short as our other lists: ES256, EdDSA, RS256.
var algorithms = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgEdDSA},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
}

// keyholder is somebody as the library knows them. Their handle says nothing of them, and is the same at each of their devices.
type keyholder struct {
	Account
	name directory.Name
	keys []Passkey
}

// WebAuthnID implements webauthn.User.
func (k keyholder) WebAuthnID() []byte {
	sum := sha256.Sum256([]byte("local.passkey\x00" + string(k.Project) + "\x00" + string(k.Person)))
	return sum[:]
}

// WebAuthnName implements webauthn.User: what the device shows.
func (k keyholder) WebAuthnName() string { return string(k.Login) }

// WebAuthnDisplayName implements webauthn.User.
func (k keyholder) WebAuthnDisplayName() string { return k.name.String() }

// WebAuthnCredentials implements webauthn.User.
func (k keyholder) WebAuthnCredentials() (all []webauthn.Credential) {
	for _, p := range k.keys {
		all = append(all, webauthn.Credential{
			ID: p.ID, PublicKey: p.Key, Flags: webauthn.NewCredentialFlags(protocol.AuthenticatorFlags(p.Flags)),
			Authenticator: webauthn.Authenticator{SignCount: p.Count},
		})
	}
	return all
}

// offerNew is what a browser is asked to make a passkey with, and the challenge in it.
func (p party) offerNew(who keyholder) (question, challenge []byte, err error) {
	creation, _, err := p.BeginRegistration(who, webauthn.WithCredentialParameters(algorithms),
		webauthn.WithExclusions(webauthn.Credentials(who.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return nil, nil, err
	}
	question, err = json.Marshal(creation)
	return question, creation.Response.Challenge, err
}

// question is what a browser is asked to sign with: one of somebody's passkeys or, for nobody, whichever it has for us.
func (p party) question(who *keyholder) (question, challenge []byte, err error) {
	var assertion *protocol.CredentialAssertion
	if who == nil {
		assertion, _, err = p.BeginDiscoverableLogin()
	} else {
		assertion, _, err = p.BeginLogin(*who)
	}
	if err != nil {
		return nil, nil, err
	}
	question, err = json.Marshal(assertion)
	return question, assertion.Response.Challenge, err
}

func (p party) session(challenge []byte) webauthn.SessionData {
	return webauthn.SessionData{
		Challenge: base64.RawURLEncoding.EncodeToString(challenge), RelyingPartyID: p.Config.RPID, UserVerification: protocol.VerificationRequired,
	}
}

var (
	errOrigin = errors.New("the response was made for another origin")
	errFormat = errors.New("the device vouches for itself in a way that nobody asked for")
	errLong   = errors.New("the response is too long")
)

// register reads the passkey that a browser has made (WebAuthn §7.1).
func (p party) register(who keyholder, challenge, response []byte) (Passkey, error) {
	if len(response) > maxResponse {
		return Passkey{}, errLong
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return Passkey{}, err
	}
	if parsed.Response.CollectedClientData.Origin != p.origin {
		return Passkey{}, errOrigin
	}
	// Asked for none, a browser leaves out who made the device, but for one that signs with the key itself (§5.1.3). The others are long to
	// read, and we would believe none of them.
	if f := parsed.Response.AttestationObject.Format; f != string(protocol.AttestationFormatNone) && f != string(protocol.AttestationFormatPacked) {
		return Passkey{}, errFormat
	}
	session := p.session(challenge)
	session.UserID, session.CredParams = who.WebAuthnID(), algorithms
	made, err := p.CreateCredential(who, session, parsed)
	if err != nil {
		return Passkey{}, err
	}
	return Passkey{
		Project: who.Project, Person: who.Person, ID: made.ID, Key: made.PublicKey,
		Flags: byte(made.Flags.ProtocolValue()), Count: made.Authenticator.SignCount,
	}, nil
}

// assertion is a browser's answer, read but not believed.
type assertion struct {
	*protocol.ParsedCredentialAssertionData
}

func readAssertion(response []byte) (assertion, error) {
	if len(response) > maxResponse {
		return assertion{}, errLong
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	return assertion{parsed}, err
}

// verify believes an answer, or not (WebAuthn §7.2): one of that person's passkeys signed that challenge for us, for whoever unlocked it. It
// returns the passkey with the count that came; again reports that the count has not grown, as that of a copy does not.
func (p party) verify(who keyholder, challenge []byte, a assertion, named bool) (used Passkey, count uint32, again bool, err error) {
	if a.Response.CollectedClientData.Origin != p.origin {
		return Passkey{}, 0, false, errOrigin
	}
	session := p.session(challenge)
	var checked *webauthn.Credential
	if named {
		session.UserID = who.WebAuthnID()
		checked, err = p.ValidateLogin(who, session, a.ParsedCredentialAssertionData)
	} else { // then the device must say whose it is
		found := func([]byte, []byte) (webauthn.User, error) { return who, nil }
		checked, err = p.ValidateDiscoverableLogin(found, session, a.ParsedCredentialAssertionData)
	}
	if err != nil {
		return Passkey{}, 0, false, err
	}
	i := slices.IndexFunc(who.keys, func(k Passkey) bool { return bytes.Equal(k.ID, checked.ID) })
	if i < 0 {
		return Passkey{}, 0, false, errKey
	}
	return who.keys[i], a.Response.AuthenticatorData.Counter, checked.Authenticator.CloneWarning, nil
}
