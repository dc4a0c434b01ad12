using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;

namespace AutoSelect.Training.Segments;

/// <summary>The checkpoints that a segment writes, and the deletion of those it replaces.</summary>
internal sealed class CheckpointFolder(SegmentAssignment assignment)
{
    // A predecessor's checkpoint is not this trial's to delete: a roll-back goes there.
    private readonly List<Checkpoint> onDisk = assignment is { From: { } from, Predecessor: null } ? [from] : [];

    public Checkpoint? Newest => onDisk.Count == 0 ? null : onDisk[^1];

    /// <summary>
    /// Writes, as the rank that leads or the only one, the trial's state under the name of its step and the lease's token.
    /// </summary>
    /// <exception cref="CheckpointException">The file could not be written; the checkpoint before is intact.</exception>
    public Checkpoint Write(LiveTrial trial) => Write(trial.Step, "safetensors", path => trial.Save(path));

    /// <summary>Writes a file under the name of a step and the lease's token.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="extension">Last part of the file's name.</param>
    /// <param name="save">Writes the file of a path; null where another rank does.</param>
    public Checkpoint Write(long step, string extension, Func<string, WrittenFile?> save)
    {
        var path = PathOf(step, extension);
        return Add(path, step, save(path));
    }

    /// <summary>The file of a step and the lease's token.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="extension">Last part of the file's name.</param>
    public string PathOf(long step, string extension) =>
        Path.GetFullPath(Path.Combine(assignment.Folder, $"{step:D9}-{assignment.LeaseToken}.{extension}"));

    /// <summary>Takes note of a file that was written.</summary>
    /// <param name="path">The file, of <see cref="PathOf"/>.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="written">What was written; null where another rank does.</param>
    public Checkpoint Add(string path, long step, WrittenFile? written)
    {
        var checkpoint = Named(path, step, written);
        onDisk.RemoveAll(c => c.Uri == path);
        onDisk.Add(checkpoint);
        return checkpoint;
    }

    /// <summary>Writes the state that another trial begins with, where the run stands at its step.</summary>
    /// <returns>What is there now and was not before; with ranks on all of them.</returns>
    /// <exception cref="CheckpointException">The file could not be written.</exception>
    public IEnumerable<Checkpoint> WriteBranches(LiveTrial trial) =>
        // A run that lost its device comes by again, with the same state.
        [.. assignment.Branches.Where(b => b.Step == trial.Step && (trial.IsShared || !File.Exists(b.Uri)))
            .Select(b => Named(b.Uri, b.Step, trial.Save(b.Uri, forSuccessor: true)))];

    /// <summary>True when another trial begins with the state at this step.</summary>
    public bool IsBranchDue(long step) => assignment.Branches.Any(b => b.Step == step);

    /// <summary>Deletes what neither a crash of this process nor one of the control side can ask for again.</summary>
    /// <param name="storedStep">Step of the newest checkpoint that the control side has stored.</param>
    public void Prune(long storedStep)
    {
        var needed = onDisk.FindLastIndex(c => c.Step <= storedStep);
        for (var i = 0; i < needed; i++) DurableFile.TryDelete(onDisk[i].Uri);
        if (needed > 0) onDisk.RemoveRange(0, needed);
    }

    private static Checkpoint Named(string path, long step, WrittenFile? written) =>
        new() { Uri = path, Step = step, Bytes = written?.Bytes ?? 0, Sha256 = written?.Sha256 };
}
