using AutoSelect.Testing.Checkpoints;

namespace AutoSelect.Checkpoints.Tests;

/// <summary>One Swift for all tests of a class.</summary>
public sealed class SwiftFixture : IAsyncLifetime
{
    private SwiftServer? server;

    /// <summary>Skips the test where there is none.</summary>
    public SwiftServer Server
    {
        get
        {
            if (server is null) Assert.Skip(SwiftServer.NotHere);
            return server;
        }
    }

    public async ValueTask InitializeAsync()
    {
        AwsCredentials.Set();
        server = await SwiftServer.Start();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }
}
