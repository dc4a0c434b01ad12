using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect replay --verify JOB</c></summary>
internal static class VerifyCommand
{
    /// <summary>Computes every decision of a stored job again.</summary>
    /// <param name="surroundings">Has the stored job.</param>
    /// <param name="input">Names the store.</param>
    /// <param name="job">Which.</param>
    /// <param name="json">Null for text, empty for JSON instead of the text, else a file for the JSON.</param>
    /// <returns>0 where all decisions came out bit for bit, else 3.</returns>
    /// <exception cref="CommandFault">No such job, or a history that it learned from is not there.</exception>
    public static async Task<int> Run(Surroundings surroundings, CommandInput input, string job, string? json)
    {
        var (record, output) = (await surroundings.Find(input, job), surroundings.Terminal.Output);
        var events = await surroundings.Archive.Events(input.Store, record.Id);
        var histories = new Histories(new ControlPaths(input.Store).Histories);
        var known = new Dictionary<string, SelectionHistory> { [""] = SelectionHistory.Empty };
        SelectionHistory History(string hash) =>
            known.TryGetValue(hash, out var history) ? history : known[hash] = Read(histories, hash, record.Id, input.Store);
        var decisions = DecisionVerification.Verify(events, History, Policy).ToList();
        var equal = decisions.Count(d => d.IsEqual);
        var document = new { Job = record.Id.Value, Decisions = decisions.Count, Equal = equal, Verified = decisions };
        if (json is { Length: > 0 }) await File.WriteAllTextAsync(json, JsonSerializer.Serialize(document, RecordJson.Indented) + "\n");
        else if (json is not null) output.WriteLine(JsonSerializer.Serialize(document, RecordJson.Indented));
        else
        {
            foreach (var decision in decisions)
                output.WriteLine(
                    $"rung {decision.Rung}, event {decision.Event}: {(decision.IsEqual ? "equal" : "differs: " + decision.Difference)}");
            output.WriteLine($"{equal} of {decisions.Count} decisions of job '{record.Id}' computed again, bit for bit.");
        }
        return equal == decisions.Count ? ExitCodes.ObjectiveMet : ExitCodes.JobFailed;
    }

    private static SelectionHistory Read(Histories histories, string hash, JobId job, string store)
    {
        try
        {
            return histories.Read(hash);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            var folder = new ControlPaths(store).Histories;
            throw new CommandFault(
                ExitCodes.Environment, $"Job '{job}' learned from the history {hash}, which cannot be had from {folder}: {e.Message}");
        }
    }

    private static ISelectionPolicy Policy(string name)
    {
        try
        {
            return PolicyCatalogue.Get(name);
        }
        catch (ArgumentException e)
        {
            throw new CommandFault(ExitCodes.BadInput, $"This build has no policy '{name}': {e.Message.Split(" (Parameter")[0]}");
        }
    }
}
