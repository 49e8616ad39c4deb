package device

import (
	"context"
	"encoding/json"

	"pupitre/exos/offline"
	"pupitre/internal/fault"
)

// Found (« constat ») is what the app found on its device that is not what was sent there, and refused to use.
type Found struct {
	Kind string `json:"kind"` // "right": an entitlement; "content": an exercise, or what scores it
	What string `json:"what"` // the module, or the hash
}

// maxFound bounds one message, maxWhat the name of one thing.
const (
	maxFound = 50
	maxWhat  = 200
)

// foundCodes say to a teacher what was found.
var foundCodes = map[string]string{"right": "exos.device.found.right", "content": "exos.device.found.content"}

// Tell keeps what a device found, for its learner's teachers to see; the same thing counts once. One that was ended is heard too.
// NotFound where there is no such device, Denied where it did not sign this.
func (s *Service) Tell(ctx context.Context, said offline.Signed) error {
	var in struct {
		Device ID      `json:"device"`
		Found  []Found `json:"found"`
	}
	if err := json.Unmarshal([]byte(said.Text), &in); err != nil {
		return fault.Wrap(err, fault.Invalid, "exos.device.form")
	}
	if len(in.Found) > maxFound {
		return fault.New(fault.Invalid, "exos.events.many", "max", maxFound)
	}
	for _, f := range in.Found {
		if foundCodes[f.Kind] == "" || f.What == "" || len(f.What) > maxWhat {
			return fault.New(fault.Invalid, "exos.device.form")
		}
	}
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		h, err := w.Holder(ctx, in.Device)
		if err != nil {
			return orNone(err)
		}
		if !h.Device.Key.Verify(said, offline.ForRequest) {
			return fault.New(fault.Denied, "exos.device.proof")
		}
		for _, f := range in.Found {
			if err := w.AddReport(ctx, in.Device, offline.Signed{Text: f.Kind + " " + f.What}, foundCodes[f.Kind]); err != nil {
				return err
			}
		}
		return nil
	})
}
