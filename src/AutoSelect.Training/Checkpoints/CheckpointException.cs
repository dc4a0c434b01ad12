namespace AutoSelect.Training.Checkpoints;

/// <summary>A checkpoint or export that could not be written: disk full, read-only folder. What was stored before is intact.</summary>
public sealed class CheckpointException(string message, Exception inner) : Exception(message, inner);
