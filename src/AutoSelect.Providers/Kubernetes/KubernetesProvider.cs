using System.Net;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace AutoSelect.Providers;

/// <summary>
/// Borrows from Kubernetes, one Job a device, with Kueue where a class names a queue. It lists by label at each look: watches end by
/// themselves, and a list misses nothing.
/// </summary>
/// <param name="client">The API; stays the caller's.</param>
/// <param name="options">What is asked for.</param>
/// <param name="time">The clock.</param>
public sealed class KubernetesProvider(IKubernetes client, KubernetesOptions options, TimeProvider time) : IDeviceProvider
{
    public string Name => options.Name;

    public IReadOnlyList<DeviceClass> Classes { get; } = [.. options.Classes.Select(c => c.Device)];

    public Task Request(DeviceRequest request, CancellationToken cancellation)
    {
        var of = options.Classes.FirstOrDefault(c => c.Device.Name == request.Class.Name)
            ?? throw new ArgumentException($"The device class '{request.Class.Name}' is not one of '{Name}'.", nameof(request));
        return Call(async limited =>
        {
            try
            {
                return await client.BatchV1.CreateNamespacedJobAsync(
                    DeviceJob.Make(options, of, request), options.Namespace, cancellationToken: limited);
            }
            catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.Conflict)
            {
                return null; // It is there already.
            }
            // A quota that is used up answers 403: it is tried again after the pause that follows a refusal.
            catch (HttpOperationException e) when (e.Response.StatusCode
                is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity or HttpStatusCode.NotFound)
            {
                throw new RequestRefusedException(Name, request.Class.Name, Message(e));
            }
        }, cancellation);
    }

    public Task<IReadOnlyList<DeviceObservation>> Observe(ControlId control, CancellationToken cancellation) => Call(async limited =>
    {
        var selector = $"{DeviceJob.ControlLabel}={control}";
        // Jobs last: one that is in the second list only has no pods yet, one that was in the first only is gone.
        var pods = await client.CoreV1.ListNamespacedPodAsync(options.Namespace, labelSelector: selector, cancellationToken: limited);
        var jobs = await client.BatchV1.ListNamespacedJobAsync(options.Namespace, labelSelector: selector, cancellationToken: limited);
        var podsOf = pods.Items.OrderBy(p => p.Metadata.CreationTimestamp).ToLookup(OwnerOf);
        return (IReadOnlyList<DeviceObservation>)
            [.. jobs.Items.Select(j => JobReading.Read(j, [.. podsOf[j.Metadata.Name]], control)).OfType<DeviceObservation>()];
    }, cancellation);

    public Task Release(BorrowLabel label, CancellationToken cancellation) => Call(async limited =>
    {
        try
        {
            // In the foreground the job stays until its pod has ended, so that it counts as long as its device is held.
            await client.BatchV1.DeleteNamespacedJobAsync(
                label.ToString(), options.Namespace, propagationPolicy: "Foreground", cancellationToken: limited);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            // It is gone already.
        }
        return true;
    }, cancellation);

    /// <summary>Neither Kubernetes nor Kueue foresees a start: what earlier requests waited is what is reckoned with.</summary>
    public Task<StartEstimate> EstimateStart(DeviceClass deviceClass, TimeSpan atMost, CancellationToken cancellation) =>
        Task.FromResult(StartEstimate.Unknown);

    private static string OwnerOf(V1Pod pod) =>
        pod.Metadata.OwnerReferences?.FirstOrDefault(o => o.Kind == "Job")?.Name ?? "";

    private async Task<T> Call<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(options.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            return await call(either.Token);
        }
        catch (HttpOperationException e)
        {
            throw new ProviderUnavailableException(Name, Message(e), e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            throw new ProviderUnavailableException(Name, e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new ProviderUnavailableException(Name, $"no answer within {options.Patience.TotalSeconds:0.#} s", e);
        }
    }

    /// <summary>The server's own words are in the message of the status that it answers with.</summary>
    private static string Message(HttpOperationException e)
    {
        try
        {
            using var status = JsonDocument.Parse(e.Response.Content ?? "");
            if (status.RootElement.TryGetProperty("message", out var message)) return $"{(int)e.Response.StatusCode}: {message}";
        }
        catch (Exception inner) when (inner is JsonException or InvalidOperationException)
        {
            // A proxy answers with something else.
        }
        return $"{(int)e.Response.StatusCode} {e.Response.StatusCode}";
    }
}
