using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>Somebody else has written to the job since it was read: whoever holds an older state of it must read it again.</summary>
[GenerateSerializer, Alias("autoselect.VersionConflictException")]
public sealed class VersionConflictException(JobId job, long expected)
    : InvalidOperationException($"Job {job} is no longer at version {expected}: another writer has changed it since.");
