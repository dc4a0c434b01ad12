using AutoSelect.Contracts;

namespace AutoSelect.Device.Checkpoints;

/// <summary>
/// The checkpoints of a trial that are in its store. The one that the control side would go on from stays, with the one before it, since a
/// store may lose or damage what it had.
/// </summary>
internal sealed class StoredCheckpoints
{
    private readonly List<Checkpoint> all = [];

    public StoredCheckpoints(Checkpoint? from)
    {
        if (from?.Before is { } before) all.Add(before);
        if (from is not null) all.Add(from);
    }

    public Checkpoint? Newest => all.Count == 0 ? null : all[^1];

    /// <summary>The checkpoint as it is reported: with the one before it.</summary>
    public Checkpoint Add(Checkpoint checkpoint)
    {
        all.RemoveAll(c => c.Uri == checkpoint.Uri);
        var named = checkpoint with { Before = Newest is { } newest ? newest with { Before = null } : null };
        all.Add(named);
        return named;
    }

    /// <summary>Takes out those that neither a crash of this process nor one of the control side can ask for again.</summary>
    /// <param name="storedStep">Step of the newest checkpoint that the control side has stored the name of.</param>
    public List<Checkpoint> TakeUnneeded(long storedStep)
    {
        var unneeded = Math.Max(0, all.FindLastIndex(c => c.Step <= storedStep) - 1);
        var taken = all[..unneeded];
        all.RemoveRange(0, unneeded);
        return taken;
    }
}
