package repository_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/internal/db/dbtest"
)

// peer harvests as whoever wrote HTTP::OAI would, a library that nobody of us has touched.
const peer = `
use strict; use warnings; use HTTP::OAI;
binmode STDOUT, ':utf8';
my ($base, $from) = @ARGV;
my $h = HTTP::OAI::Harvester->new(baseURL => $base);
my $i = $h->Identify;
die $i->message if $i->is_error;
print join(' ', 'Identify', $i->repositoryName, $i->protocolVersion, $i->deletedRecord, $i->granularity), "\n";
my $f = $h->ListMetadataFormats; die $f->message if $f->is_error;
while (my $x = $f->next) { print 'format ', $x->metadataPrefix, "\n" }
my $s = $h->ListSets; die $s->message if $s->is_error;
while (my $x = $s->next) { print 'set ', $x->setSpec, ' ', $x->setName, "\n" }
my $l = $h->ListRecords(metadataPrefix => 'oai_dc', $from ? (from => $from) : (), onRecord => sub {
  my $r = shift;
  print join(' ', 'record', $r->identifier, $r->is_deleted ? 'deleted' : ($r->metadata->dom->findnodes('.//*[local-name()="title"]'))[0]->textContent), "\n";
});
die $l->message if $l->is_error;
my $g = $h->GetRecord(identifier => 'ark:/99999/none', metadataPrefix => 'oai_dc');
print 'error ', ($g->errors)[0]->code, "\n";
`

func TestAForeignHarvesterFollowsUs(t *testing.T) {
	t.Parallel()
	if err := exec.Command("perl", "-MHTTP::OAI", "-e1").Run(); err != nil {
		t.Skip("libhttp-oai-perl is not installed (scripts/setup.sh)")
	}
	s := open(t, dbtest.Engines()[0])
	s.many(t, 230)
	s.bring(t, notice("z", "Été & <hiver>", 2))
	if _, err := s.catalogue.Withdraw(t.Context(), tester, []catalogue.ARK{"ark:/99999/n0003"}); err != nil {
		t.Fatal(err)
	}
	s.wait(time.Hour)
	harvest := func(args ...string) (records, others []string) {
		t.Helper()
		out, err := exec.Command("perl", append([]string{"-e", peer, s.address}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		for line := range strings.Lines(string(out)) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "record ") {
				records = append(records, line)
			} else {
				others = append(others, line)
			}
		}
		slices.Sort(records)
		return records, others
	}
	records, others := harvest()
	if len(records) != 231 || records[3] != "record ark:/99999/n0003 deleted" || records[4] != "record ark:/99999/n0004 Titre 0004" || records[230] != "record ark:/99999/z Été & <hiver>" {
		t.Errorf("%d records: %q", len(records), records)
	}
	if d := diff.Diff([]string{
		"Identify Pupitre 2.0 persistent YYYY-MM-DDThh:mm:ssZ", "format oai_dc", "format lom", "format scolomfr",
		"set 999000991_0000000000000000 Maison 1", "set 999000992_0000000000000000 Maison 2", "error idDoesNotExist",
	}, others); d != "" {
		t.Error(d)
	}
	s.bring(t, notice("n0005", "Autre", 1))
	if records, _ = harvest("2026-09-01T08:30:00Z"); !slices.Equal(records, []string{"record ark:/99999/n0005 Autre"}) {
		t.Errorf("%q", records)
	}
}
