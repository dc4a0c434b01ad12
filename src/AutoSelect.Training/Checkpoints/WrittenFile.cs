namespace AutoSelect.Training.Checkpoints;

/// <summary>What was written.</summary>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Sha256">Its SHA-256, 64 lower-case hexadecimal digits.</param>
internal readonly record struct WrittenFile(long Bytes, string Sha256);
