using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Chaos.Tests.Histories;

public sealed class HistoryFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Entries_come_back_as_they_were_with_the_answers_of_what_was_asked()
    {
        using (var file = new HistoryFile(folder.Path, "client"))
        {
            var asked = file.Add(file.New(EntryKind.Asked, Whats.Report) with { Token = 7, Points = [25, 50], Seconds = .1 + .2 });
            file.Answer(asked, EntryKind.Done, e => e with { Acknowledged = 50, Order = SegmentOrder.Continue });
        }
        var read = HistoryFolder.Read(folder.Path);
        var (first, second) = (read[0], read[1]);
        Assert.Equal((EntryKind.Asked, 7L, .1 + .2), (first.Kind, first.Token, first.Seconds));
        Assert.Equal([25L, 50L], first.Points!.Value);
        Assert.Equal((EntryKind.Done, first.Operation, 50L), (second.Kind, second.Operation, second.Acknowledged));
    }

    [Fact]
    public void A_line_that_a_kill_tore_takes_no_other_with_it()
    {
        using (var file = new HistoryFile(folder.Path, "client")) file.Add(file.New(EntryKind.Note, Whats.Run) with { Reason = "one" });
        File.AppendAllText(folder["client.jsonl"], "{\"at\": 12.5, \"cli");
        using (var file = new HistoryFile(folder.Path, "client")) file.Add(file.New(EntryKind.Note, Whats.Run) with { Reason = "two" });
        Assert.Equal(["one", "two"], HistoryFolder.Read(folder.Path).Select(e => e.Reason));
    }
}
