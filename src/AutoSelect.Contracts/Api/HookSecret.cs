namespace AutoSelect.Contracts;

/// <summary>What notices of the ends of a project's jobs are signed with.</summary>
/// <param name="Project">Whose.</param>
/// <param name="Secret">"whsec_" and 32 bytes in base 64, as of https://www.standardwebhooks.com.</param>
public sealed record HookSecret(string Project, string Secret);
