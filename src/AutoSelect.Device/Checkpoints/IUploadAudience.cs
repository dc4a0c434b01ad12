using AutoSelect.Contracts;

namespace AutoSelect.Device.Checkpoints;

/// <summary>Who is told what becomes of uploads; called on threads of the pool: hand over and return.</summary>
internal interface IUploadAudience
{
    /// <summary>Step of the newest checkpoint that the control side has stored the name of.</summary>
    long StoredCheckpointStep { get; }

    /// <summary>The store has a checkpoint.</summary>
    void OnStored(Checkpoint checkpoint);

    /// <summary>Why the store takes nothing; empty once it does again.</summary>
    void OnStoreFault(string reason);
}
