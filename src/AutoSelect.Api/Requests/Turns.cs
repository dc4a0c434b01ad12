using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Requests;

/// <summary>Has work done that costs much, a little at a time; refuses it where too many wait already.</summary>
/// <param name="places">How many are at it at a time.</param>
/// <param name="waiting">How many may wait for a place.</param>
/// <param name="what">What those who wait are said to do, such as "jobs wait to be checked".</param>
internal sealed class Turns(int places, int waiting, string what) : IDisposable
{
    private readonly SemaphoreSlim free = new(places);
    private int count;

    /// <summary>Does it when it is its turn.</summary>
    /// <exception cref="ApiFaultException">Too many wait.</exception>
    public async Task<T> Take<T>(ApiCall call, Func<Task<T>> work)
    {
        try
        {
            if (Interlocked.Increment(ref count) > places + waiting)
            {
                call.Context.Response.Headers.RetryAfter = "5";
                throw new ApiFaultException(
                    StatusCodes.Status429TooManyRequests, $"{waiting} {what} already: try again in a few seconds.");
            }
            await free.WaitAsync(call.Aborted);
            try
            {
                return await work();
            }
            finally
            {
                free.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref count);
        }
    }

    public void Dispose() => free.Dispose();
}
