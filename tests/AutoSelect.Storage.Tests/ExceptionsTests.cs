using AutoSelect.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace AutoSelect.Storage.Tests;

public sealed class ExceptionsTests
{
    [Fact]
    public void Faults_of_a_store_come_through_a_grain_call_as_they_are()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        Exception[] faults =
        [
            new StoreUnavailableException("/x/store.db", new IOException("no")),
            new StoreUnavailableException("PostgreSQL x", "it is away", new Npgsql.NpgsqlException("no", new IOException("no"))),
            new VersionConflictException(new JobId("a-1"), 7),
        ];
        foreach (var fault in faults)
        {
            var copy = serializer.Deserialize<Exception>(serializer.SerializeToArray(fault));
            Assert.IsType(fault.GetType(), copy);
            Assert.Equal(fault.Message, copy.Message);
        }
    }
}
