namespace AutoSelect.Contracts;

/// <summary>Who is signed in, and what they may do.</summary>
/// <param name="Name">Holder of the key.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Project">The only project, or <see cref="KeyDescription.AllProjects"/>.</param>
/// <param name="Expires">End of the session; null where the caller came with a key and has none.</param>
public sealed record SessionDescription(string Name, KeyRole Role, string Project, DateTimeOffset? Expires);

/// <summary>A link that signs its first user in.</summary>
/// <param name="Fragment">What follows the address of any page of this server: a # and the code, which no browser sends anywhere.</param>
/// <param name="Expires">From then on it is refused.</param>
public sealed record SignInLink(string Fragment, DateTimeOffset Expires);
