using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Reports;
using AutoSelect.Host.Views;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect show JOB</c></summary>
internal static class ShowCommand
{
    public static Command Create(CommandTree tree)
    {
        var job = new Argument<string>("JOB") { Description = "Id of a job." };
        return tree.Bind(new Command("show", "Shows all that is stored of a job; with --json the whole record.") { job },
            async (parsed, input) =>
        {
            var record = await tree.Surroundings.Find(input, parsed.GetValue(job)!);
            var output = tree.Surroundings.Terminal.Output;
            if (input.Json) output.WriteLine(JsonSerializer.Serialize(record, RecordJson.Indented));
            else Write(output, record);
            return ExitCodes.ObjectiveMet;
        });
    }

    private static void Write(TextWriter output, JobRecord record)
    {
        output.WriteLine(
            $"{record.Id}  {record.Spec.Workload.Name}  {Wording.Objective(record.Spec.Objective)}  "
            + $"{record.Phase.Word(record.Outcome, record.IsInterrupted)}  {Wording.Duration(record.ElapsedSeconds)}");
        output.WriteLine($"folder {record.Folder}");
        if (record.Notice.Length > 0) output.WriteLine(record.Notice);
        output.WriteLine();
        var direction = record.Spec.Objective.Direction;
        TextTable.Write(output, ["trial", "candidate", "state", "epoch", record.Spec.Objective.Metric, "charged", "reason"],
            record.Trials.Select(t => new[]
            {
                t.Id.Value, t.Candidate.Name, t.State.ToString().ToLowerInvariant(),
                Wording.Epochs(SegmentText.Epoch(record, t, RemainingTime.Step(t))),
                t.Curve.IsEmpty ? "" : Wording.Value(t.Curve[^1].Deliverable(direction)), Wording.Duration(t.ChargedSeconds), t.Reason,
            }));
        output.WriteLine();
        output.WriteLine($"device time {ProbeCost.Describe(record)}");
        if (record.Outcome is not null) output.WriteLine(Answer.SentenceOn(record));
    }
}
