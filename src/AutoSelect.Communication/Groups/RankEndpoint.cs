namespace AutoSelect.Communication;

/// <summary>Where a rank is reached; each rank publishes its own before the group is formed.</summary>
/// <param name="Host">Name or address that the other ranks connect to.</param>
/// <param name="Port">TCP port of its listener, 1 to 65535.</param>
/// <param name="Machine">Equal for two ranks exactly when they see the same <c>/dev/shm</c>; see <see cref="MachineIdentity"/>.</param>
public sealed record RankEndpoint(string Host, int Port, string Machine);
