package federation

import (
	"slices"
	"strings"

	"pupitre/internal/fault"
)

// LTI (« outil LTI ») is what a publisher's program is as an LTI 1.3 tool. What it signs is checked with its Proof, which must be by key.
type LTI struct {
	Login       string      `json:"login"`                  // where a launch begins (OpenID Connect third-party-initiated login)
	Targets     []LTITarget `json:"targets"`                // exact addresses; only pinned links may be below one
	Redirects   []string    `json:"redirects"`              // where messages are posted: compared character by character
	Deployment  string      `json:"deployment"`             // deployment_id
	DeepLinking string      `json:"deep_linking,omitempty"` // where a teacher chooses content; "" for nowhere
}

// LTITarget is an address of a tool that may be opened (target_link_uri).
type LTITarget struct {
	Address string `json:"address"`
	ARK     string `json:"ark,omitempty"` // optional: the resource that is meant there
}

// Target finds a target: the one of that address, or of that resource, or the only one.
func (l LTI) Target(address, ark string) (LTITarget, bool) {
	var i int
	switch {
	case address != "":
		i = slices.IndexFunc(l.Targets, func(t LTITarget) bool { return t.Address == address })
	case ark != "":
		i = slices.IndexFunc(l.Targets, func(t LTITarget) bool { return t.ARK == ark })
		if i < 0 && len(l.Targets) == 1 && l.Targets[0].ARK == "" {
			i = 0
		}
	case len(l.Targets) != 1:
		i = -1
	}
	if i < 0 {
		return LTITarget{}, false
	}
	return l.Targets[i], true
}

// Covers reports whether an address is a target or below one, and which: what a teacher may pin. As with CAS services nothing is
// read in two ways, and the registered part is compared byte by byte.
func (l LTI) Covers(address string) (LTITarget, bool) {
	if !isServiceAddress(address) {
		return LTITarget{}, false
	}
	for _, t := range l.Targets {
		prefix, _, _ := strings.Cut(t.Address, "?")
		rest, ok := strings.CutPrefix(address, strings.TrimSuffix(prefix, "/"))
		if ok && (rest == "" || rest[0] == '/' || rest[0] == '?') {
			return t, true
		}
	}
	return LTITarget{}, false
}

// Allows reports whether messages may be posted to this address.
func (l LTI) Allows(redirect string) bool { return slices.Contains(l.Redirects, redirect) }

// longestDeployment bounds deployment_id (LTI 1.3 §3.1.3: 255 ASCII characters).
const longestDeployment = 255

// validate refuses a tool that could not be safe.
func (l LTI) validate(c Client) error {
	if l.Login == "" || len(l.Targets) == 0 || len(l.Redirects) == 0 || c.Proof.Method != ByKey {
		return fault.New(fault.Invalid, "federation.client.lti", "client", string(c.ID))
	}
	if l.Deployment == "" || len(l.Deployment) > longestDeployment || strings.ContainsFunc(l.Deployment, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fault.New(fault.Invalid, "federation.client.deployment", "client", string(c.ID))
	}
	addresses := slices.Concat([]string{l.Login}, l.Redirects)
	for _, t := range l.Targets {
		addresses = append(addresses, t.Address)
	}
	if l.DeepLinking != "" {
		addresses = append(addresses, l.DeepLinking)
	}
	for _, address := range addresses {
		if !fit(address) || !isServiceAddress(address) {
			return fault.New(fault.Invalid, "federation.client.address", "client", string(c.ID), "address", address)
		}
	}
	return nil
}
