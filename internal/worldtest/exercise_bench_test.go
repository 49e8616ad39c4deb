package worldtest_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"pupitre/internal/worldtest"
)

// BenchmarkFirstExercise opens an exercise in a real browser as a poor device on a poor line does: a fourth of a processor's speed,
// 1.6 Mbit/s, 150 ms there and back, nothing in the cache (goals: usable after 1.5 s; page, styles and scripts 60 kB compressed).
func BenchmarkFirstExercise(b *testing.B) {
	for _, need := range []string{"node", "chromium"} {
		if _, err := exec.LookPath(need); err != nil {
			b.Skipf("%s is not installed: nothing was measured (make test installs it)", need)
		}
	}
	if _, err := os.Stat(filepath.Join("..", "..", "browser", "node_modules", "playwright-core")); err != nil {
		b.Skip("browser/node_modules is missing: nothing was measured (scripts/setup.sh installs it)")
	}
	world := worldtest.Open(b, worldtest.Options{}).JSON(b, false)
	var took, weighed []float64
	for b.Loop() {
		cmd := exec.CommandContext(b.Context(), "node", "speed.mjs")
		cmd.Dir = filepath.Join("..", "..", "browser")
		cmd.Env = append(os.Environ(), "PUPITRE_WORLD="+world)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			b.Fatal(err)
		}
		for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
			var one struct{ MS, KB float64 }
			if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
				b.Fatal(err)
			}
			took, weighed = append(took, one.MS), append(weighed, one.KB)
		}
	}
	slices.Sort(took)
	slices.Sort(weighed)
	b.ReportMetric(took[len(took)/2], "ms/usable")
	b.ReportMetric(weighed[len(weighed)/2], "kB/critical")
}
