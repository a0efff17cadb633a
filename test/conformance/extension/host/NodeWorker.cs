// The channel to the Node worker: one POST for each invocation. An answer is what the function returned or threw; no answer
// means that the worker's host is dead, and a host that has lost its other half does not live on.
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Newtonsoft.Json.Linq;

namespace ExtensionHost;

internal sealed class NodeWorker(Uri address)
{
    private readonly HttpClient client = new() { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };

    public async Task<object?> Run(string kind, string name, string? trigger, string instanceId)
    {
        JsonElement answer;
        try
        {
            // An orchestrator's thread waits for this: nothing may continue on it.
            var response = await client.PostAsJsonAsync("", new { kind, name, trigger, instanceId }).ConfigureAwait(false);
            answer = await response.Content.ReadFromJsonAsync<JsonElement>().ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException)
        {
            JsonLines.Write("error", "ExtensionHost", $"the worker's host is gone: {error.Message}");
            Environment.Exit(1);
            throw;
        }
        if (answer.GetProperty("ok").GetBoolean()) return Value(answer);
        // The form by which the extension knows the errors of other languages (Functions host, RpcException).
        var message = answer.GetProperty("message").GetString();
        throw new InvalidOperationException($"Result: Failure\nException: {message}\nStack: {answer.GetProperty("stack").GetString()}");
    }

    private static object? Value(JsonElement answer)
    {
        if (!answer.TryGetProperty("returnValue", out var data) || data.ValueKind != JsonValueKind.Object) return null;
        if (data.TryGetProperty("string", out var text)) return text.GetString();
        // As text: JSON has neither all of int64 nor NaN.
        if (data.TryGetProperty("int", out var whole)) return long.Parse(whole.GetString()!, CultureInfo.InvariantCulture);
        if (data.TryGetProperty("double", out var number)) return double.Parse(number.GetString()!, CultureInfo.InvariantCulture);
        return data.TryGetProperty("json", out var json) ? JToken.Parse(json.GetString() ?? "null") : null;
    }
}
