package trial

// CheckNames lists the checks that need an adversary.
func CheckNames() (names []string) {
	for _, protocol := range []string{"oidc", "cas", "saml", "lti"} {
		for _, c := range checks(protocol) {
			names = append(names, c.name)
		}
	}
	return names
}
