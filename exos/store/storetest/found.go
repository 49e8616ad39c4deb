package storetest

import (
	"strings"
	"testing"

	"pupitre/exos/device"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
)

// found is what an app tells of what it refused on its own device.
func found(t *testing.T, open Opener) {
	t.Run("what an app found altered is told to its learner's teachers, once, whoever's word it would be", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines, prof := w.Pupil("ines"), w.Teacher("prof")
		a, b := w.Lend(ines), w.Lend(w.Pupil("tom"))
		say := func(by *App, device string, all ...device.Found) offline.Signed {
			return by.Sign(offline.ForRequest, map[string]any{"device": device, "found": all})
		}
		one := device.Found{Kind: "right", What: string(w.Module)}
		for range 2 {
			if err := w.Devices.Tell(t.Context(), say(a, a.ID, one, device.Found{Kind: "content", What: "00ff"})); err != nil {
				t.Fatal(err)
			}
		}
		wantCode(t, w.Devices.Tell(t.Context(), say(b, a.ID, device.Found{Kind: "right", What: "x"})), fault.Denied, "exos.device.proof")
		wantCode(t, w.Devices.Tell(t.Context(), say(a, "nobody", one)), fault.NotFound, "exos.device.unknown")
		for _, bad := range []device.Found{{Kind: "rumour", What: "x"}, {Kind: "right"}, {Kind: "content", What: strings.Repeat("x", 201)}} {
			wantCode(t, w.Devices.Tell(t.Context(), say(a, a.ID, bad)), fault.Invalid, "exos.device.form")
		}
		wantCode(t, w.Devices.Tell(t.Context(), say(a, a.ID, make([]device.Found, 51)...)), fault.Invalid, "exos.events.many")
		wantCode(t, w.Devices.Tell(t.Context(), offline.Signed{Text: "{"}), fault.Invalid, "exos.device.form")
		if err := w.Devices.End(t.Context(), ines, device.ID(a.ID)); err != nil {
			t.Fatal(err)
		}
		if err := w.Devices.Tell(t.Context(), say(a, a.ID, device.Found{Kind: "content", What: "11ff"})); err != nil {
			t.Errorf("an ended device is not heard: %v", err)
		}
		seen, err := w.Devices.Class(t.Context(), prof)
		if err != nil {
			t.Fatal(err)
		}
		codes := map[string]int{}
		for _, s := range seen {
			for _, r := range s.Reports {
				codes[string(s.ID)+" "+r.Code]++
			}
		}
		if len(codes) != 2 || codes[a.ID+" exos.device.found.right"] != 1 || codes[a.ID+" exos.device.found.content"] != 2 {
			t.Errorf("%v", codes)
		}
	})
}
