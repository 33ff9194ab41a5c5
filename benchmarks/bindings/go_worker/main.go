// The Go side of what a call across costs: the same work as cpp_worker.cpp, told in the same form.
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"syscall"
	"time"

	"leadline"
)

const (
	eventCount   = 400_000
	contactCount = 10_000
	batchSize    = 10_000
	firstMs      = 1_772_323_200_000
)

func nowNs() float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		log.Fatal(err)
	}
	return float64(used.Utime.Nano() + used.Stime.Nano())
}

func tell(name string, ns float64, count int, sum int) {
	fmt.Printf("%s %.3f %d\n", name, ns/float64(count), sum)
}

func madeEvents() []leadline.Event {
	contacts := make([]string, contactCount)
	for i := range contacts {
		contacts[i] = "contact-" + strconv.Itoa(i)
	}
	paths := [3]leadline.Fields{}
	for i, path := range []string{"/pricing", "/blog/post", "/about"} {
		paths[i] = leadline.Fields{leadline.Text("path", path)}
	}
	minutes := leadline.Fields{leadline.Integer("minutes", 45)}
	source := leadline.Fields{leadline.Text("utm_source", "google")}
	state := uint64(1)
	next := func() uint64 {
		state = state*6364136223846793005 + 1442695040888963407
		return state >> 33
	}
	out := make([]leadline.Event, eventCount)
	for i := range out {
		who, what := next()%contactCount, next()%10
		out[i] = leadline.Event{Contact: contacts[who], At: time.UnixMilli(firstMs + int64(i)*1000)}
		switch {
		case what < 8:
			out[i].Type, out[i].Data = "page_view", paths[what%3]
		case what == 8:
			out[i].Type, out[i].Data = "webinar_attended", minutes
		default:
			out[i].Type, out[i].Data = "session_start", source
		}
	}
	return out
}

func newEngine(model *leadline.Model) *leadline.Engine {
	engine, err := leadline.NewEngine(model, nil)
	if err != nil {
		log.Fatal(err)
	}
	return engine
}

func main() {
	model, err := leadline.LoadModel(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	events := madeEvents()

	engine := newEngine(model)
	var told leadline.Decisions
	sum := 0
	from := nowNs()
	for i := range events {
		if err := engine.SendInto(&told, events[i]); err != nil {
			log.Fatal(err)
		}
		sum += told.Len()
	}
	tell("send", nowNs()-from, len(events), sum)
	_ = engine.Close()

	engine = newEngine(model)
	sum = 0
	from = nowNs()
	for i := 0; i < len(events); i += batchSize {
		if err := engine.ApplyInto(&told, events[i:i+batchSize]); err != nil {
			log.Fatal(err)
		}
		sum += told.Len()
	}
	tell("batch", nowNs()-from, len(events), sum)

	sum = 0
	from = nowNs()
	for range events {
		next, err := engine.NextWakeup()
		if err != nil {
			log.Fatal(err)
		}
		if !next.IsZero() {
			sum++
		}
	}
	tell("ask", nowNs()-from, len(events), sum)
	_ = engine.Close()

	engine = newEngine(model)
	sum = 0
	from = nowNs()
	for i := 0; i < len(events); i += batchSize {
		if err := engine.ApplyInto(&told, events[i:i+batchSize]); err != nil {
			log.Fatal(err)
		}
		for i := 0; i < told.Len(); i++ {
			each := told.At(i)
			sum += int(each.Seq) + len(each.Contact) + int(each.ToPoints)
		}
	}
	tell("read", nowNs()-from, len(events), sum)
	_ = engine.Close()
}
