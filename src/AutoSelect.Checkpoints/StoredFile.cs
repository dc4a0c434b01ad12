namespace AutoSelect.Checkpoints;

/// <summary>A file in a store.</summary>
/// <param name="Name">Below the store's place.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its hash as whoever wrote it said; null where the store keeps none, or was not asked for it.</param>
public sealed record StoredFile(string Name, long Bytes, string? Sha256 = null);
