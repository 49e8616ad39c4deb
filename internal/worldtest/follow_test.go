package worldtest_test

import (
	"testing"

	"pupitre/internal/worldtest"
)

// Open pages follow others' work, in a real browser, over one node and its file.
func TestPagesFollowInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "follow")
}

// The same where who listens and who acts are seldom on the same node.
func TestPagesFollowOnTwoNodes(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{PostgreSQL: true, Nodes: 2}).JSON(t, true), "follow")
}
