using AutoSelect.Contracts;
using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Host.Commands;

/// <summary>How commands name trials.</summary>
internal static class TrialNames
{
    /// <param name="record">The job.</param>
    /// <param name="name">Id of a trial, or its candidate's name.</param>
    /// <exception cref="CommandFault">No such trial.</exception>
    public static TrialId Find(JobRecord record, string name) =>
        record.Trials.FirstOrDefault(t => t.Id.Value == name || t.Candidate.Name == name)?.Id
        ?? throw new CommandFault(
            ExitCodes.BadInput,
            $"Job '{record.Id}' has no trial '{name}'.{NearestName.Suggest(name, record.Trials.Select(t => t.Candidate.Name))}");
}
