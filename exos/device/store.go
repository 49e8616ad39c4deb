package device

import (
	"context"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/exos/offline"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store runs the transactions of devices.
type Store = tx.Store[Reader, Writer]

// Reader is all that the use cases ask.
type Reader interface {
	exos.Reader
	// Device returns a device, ended or not, or NotFound.
	Device(ctx context.Context, d ID) (Device, error)
	// Holder returns a device with its learner and what they hold, or NotFound.
	Holder(ctx context.Context, d ID) (Holder, error)
	classroom.PupilReader
	// Devices lists those of learners, ended ones too, the one that spoke last first.
	Devices(ctx context.Context, of []exos.LearnerID) ([]Device, error)
	// Lent lists the modules that a device has or had.
	Lent(ctx context.Context, d ID) ([]Lent, error)
	// LentTo is Lent of several devices.
	LentTo(ctx context.Context, of []ID) (map[ID][]Lent, error)
	// WaitingOn counts the acts whose turn has not come, of several devices; one without any is not in it.
	WaitingOn(ctx context.Context, of []ID) (map[ID]int, error)
	// ReadyOn lists the homework that a device says it has, by id.
	ReadyOn(ctx context.Context, d ID) ([]Ready, error)
	// ReadyFor lists what devices say of a homework.
	ReadyFor(ctx context.Context, h exos.HomeworkID) ([]Ready, error)
	// KeyShare returns our half of a device's key, or NotFound where it has no lock.
	KeyShare(ctx context.Context, d ID) (KeyShare, error)
	// Answered returns when an answer of a number was given; the zero time where none was.
	Answered(ctx context.Context, d ID, number int64) (time.Time, error)
	// DeviceAct returns the act of a number, or NotFound.
	DeviceAct(ctx context.Context, d ID, seq int64) (offline.Kept, error)
	// WaitingActs lists a device's acts whose turn has not come, in their order.
	WaitingActs(ctx context.Context, d ID) ([]offline.Kept, error)
	// Doubts lists what is doubtful in a homework, of one learner or ("") of all, each device's in its order.
	Doubts(ctx context.Context, h exos.HomeworkID, l exos.LearnerID) ([]Doubt, error)
	// DoubtsFor counts what is doubtful in the homework that a teacher gave at a school: by homework and pupil, the first that came first.
	DoubtsFor(ctx context.Context, school string, by exos.LearnerID) ([]Doubtful, error)
	// Reports lists what came in the name of devices, the newest first.
	Reports(ctx context.Context, of []ID) ([]Report, error)
	// SigningKey returns the server's own, or NotFound before there is one.
	SigningKey(ctx context.Context) (offline.Signer, error)
	// SealingKey returns the server's own that opens files, or NotFound before there is one.
	SealingKey(ctx context.Context) (offline.Opener, error)
	// HomeworkBy lists a teacher's homework that had not closed by since (exos/classroom).
	HomeworkBy(ctx context.Context, school string, by exos.LearnerID, since time.Time) ([]exos.Homework, error)
	// Receipts lists those that a teacher checked, the newest first.
	Receipts(ctx context.Context, by exos.LearnerID, most int) ([]Checked, error)
	// ActsUntil counts the acts of a device that are here, up to a number.
	ActsUntil(ctx context.Context, d ID, seq int64) (int64, error)
	// AnsweredIn counts the exercises that a learner answered in a homework or, in none, in a module.
	AnsweredIn(ctx context.Context, l exos.LearnerID, work string) (int, error)
}

// Writer is all that they change.
type Writer interface {
	Reader
	exos.Writer
	AddGrant(ctx context.Context, act journal.ActID, g Grant) error
	// RedeemGrant removes a code and returns what it was, or NotFound: it is good once.
	RedeemGrant(ctx context.Context, hash string) (Grant, error)
	AddDevice(ctx context.Context, act journal.ActID, d Device) error
	// TakeDevice is Device, and keeps other transactions from it until this one ends.
	TakeDevice(ctx context.Context, d ID) (Device, error)
	EndDevice(ctx context.Context, act journal.ActID, d ID, by exos.LearnerID) error
	// PutDevice writes what moves: when it spoke, its answers, its chain; and keeps when the last answer was given.
	PutDevice(ctx context.Context, d Device) error
	// PutChain writes how far a device's chain has come, where it did not come by the device's own word.
	PutChain(ctx context.Context, d ID, c offline.Chain) error
	PutLent(ctx context.Context, l Lent) error
	// PutReady writes all that a device says it has, in place of what it said before.
	PutReady(ctx context.Context, d ID, all []Ready) error
	PutKeyShare(ctx context.Context, k KeyShare) error
	// DropKeyShare forgets it: none is no error.
	DropKeyShare(ctx context.Context, d ID) error
	// PutDeviceAct writes an act, new or with another word; h is "" where it belongs to no homework.
	PutDeviceAct(ctx context.Context, d ID, h exos.HomeworkID, e exos.ExerciseID, k offline.Kept) error
	AddReport(ctx context.Context, d ID, s offline.Signed, code string) error
	// AddSigningKey keeps the first of them: it reports false where there is one.
	AddSigningKey(ctx context.Context, s offline.Signer) (bool, error)
	// AddSealingKey keeps the first of them.
	AddSealingKey(ctx context.Context, o offline.Opener) error
	// AddReceipt keeps that a receipt was seen; seen before, it stays as it was.
	AddReceipt(ctx context.Context, act journal.ActID, c Checked) error
}
