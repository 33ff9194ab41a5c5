package leadline_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/fstest"

	"leadline"
)

// hourAhead is a zone file without any change, an hour ahead for ever: version 2, its part in 32 bits and that in 64 with
// one type each.
const hourAhead = "TZif2" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x04" +
	"\x00\x00\x00\x00\x00\x00UTC\x00" +
	"TZif2" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x04" +
	"\x00\x00\x0e\x10\x00\x00HOT\x00" + "\nHOT-1\n"

func calendarIn(zone string) (*leadline.Calendar, error) {
	return leadline.NewCalendar([]byte(`{"time_zone": "` + zone + `", "hours": {"mon-sun": ["09:00-17:00"]}}`))
}

// Zones are set once for a process, before anything is compiled: so the cases run in one of their own.
func TestZonesComeFromTheHost(t *testing.T) {
	const childKey = "LEADLINE_TEST_OF_ZONES"
	if os.Getenv(childKey) == "" {
		child := exec.Command(os.Args[0], "-test.run=^TestZonesComeFromTheHost$", "-test.v")
		child.Env = append(os.Environ(), childKey+"=1")
		out, err := child.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "PASS: TestZonesComeFromTheHost") {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	files := leadline.ZonesIn(fstest.MapFS{"Test/Zone": {Data: []byte(hourAhead)}, "Test/Empty": {}})
	mustBe(t, leadline.SetZones(nil), leadline.ErrArgument)
	must(t, leadline.SetZones(func(name string) ([]byte, error) {
		switch name {
		case "Test/Panics":
			panic("in the reader")
		case "Test/Fails":
			return nil, errors.New("not today")
		}
		return files(name)
	}))
	mustBe(t, leadline.SetZones(files), leadline.ErrInUse)
	calendar, err := calendarIn("Test/Zone")
	must(t, err)
	opens, err := calendar.NextOpen(at("2026-03-02T00:00:00Z"))
	must(t, err)
	equal(t, opens, at("2026-03-02T08:00:00Z"))
	for _, zone := range []string{"Europe/Berlin", "Test/Panics", "Test/Fails", "Test/Empty", "../Test/Zone", ""} {
		if _, err := calendarIn(zone); !errors.Is(err, leadline.ErrPack) {
			t.Fatalf("zone %q: %v", zone, err)
		}
	}
	// Another one that is there still works.
	_, err = calendarIn("Test/Zone")
	must(t, err)
	if _, err := files("no/such"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}

func TestZonesAreSetBeforeAnythingIsCompiled(t *testing.T) {
	newModel(t)
	mustBe(t, leadline.SetZones(leadline.ZonesIn(os.DirFS("."))), leadline.ErrInUse)
}
