// A WebJobs host around the real durable extension. It has no functions of its own: what it is told to run, it asks of the
// project's Node worker, as the Functions host does for every language but C#.
//
// Standard input: one line of JSON (Configuration below), then nothing; when it closes, whoever started this is gone and the
// process ends at once, as a Functions host and its worker end together. Standard output: one line of JSON for each log line.
using System.Text.Json;
using ExtensionHost;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Host.Config;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var line = Console.ReadLine() ?? throw new InvalidOperationException("Standard input must begin with the configuration");
var configuration = JsonSerializer.Deserialize<Configuration>(line, JsonSerializerOptions.Web)
    ?? throw new InvalidOperationException("The configuration must be an object");

// The extension blocks a thread for each orchestrator that is with the worker, and the pool grows by about one in half a second:
// without this a burst stands still for minutes on few cores.
ThreadPool.SetMinThreads(256, 256);

// "node" makes the extension speak the protocol of languages that run in a process of their own, and open its local endpoint.
Environment.SetEnvironmentVariable("FUNCTIONS_WORKER_RUNTIME", "node");
var worker = new NodeWorker(new Uri(configuration.Worker));
Calls.Worker = worker;

#pragma warning disable CS0618 // Marked as not ready; it is the only way to tell the extension its address.
var host = new HostBuilder()
    .ConfigureAppConfiguration(settings => settings.AddInMemoryCollection(configuration.AppSettings))
    .ConfigureLogging(logging => logging
        .SetMinimumLevel(LogLevel.Information)
        // Each request to storage, each message and each row: worth half of a core, and read by nobody unless it is asked for.
        .AddFilter("Azure", configuration.Verbose ? LogLevel.Information : LogLevel.Warning)
        .AddFilter("DurableTask", configuration.Verbose ? LogLevel.Information : LogLevel.Warning)
        .AddProvider(new JsonLines()))
    .ConfigureWebJobs(jobs => jobs.AddDurableTask())
    .ConfigureServices(services => services
        .AddSingleton<ITypeLocator>(new DynamicFunctions(configuration.Functions))
        .AddSingleton<IWebHookProvider>(new WebHooks(new Uri(configuration.WebHooks))))
    .Build();

try
{
    await host.StartAsync();
}
catch (Exception error)
{
    // One line for whoever waits; the innermost error says what is wrong.
    JsonLines.Write("critical", "ExtensionHost", error.GetBaseException().Message);
    Environment.Exit(1);
}
JsonLines.Write("information", "ExtensionHost", "ready");
new Thread(() =>
{
    // "stop" is a clean end: work that has begun is finished or given back. The pipe's end is not.
    if (Console.ReadLine() == "stop")
    {
        host.StopAsync(TimeSpan.FromSeconds(20)).GetAwaiter().GetResult();
        Environment.Exit(0);
    }
    Environment.Exit(1);
}) { IsBackground = true }.Start();
await host.WaitForShutdownAsync();

/// <summary>What the process that starts this one says first.</summary>
/// <param name="Functions">The app's durable functions.</param>
/// <param name="Worker">Where functions are run: POST of a function's name and trigger.</param>
/// <param name="WebHooks">What links in answers begin with.</param>
/// <param name="AppSettings">Settings by their flat names: the connection string and host.json's durableTask section.</param>
/// <param name="Verbose">Whether the storage provider tells everything it does.</param>
internal sealed record Configuration(
    IReadOnlyList<DurableFunction> Functions,
    string Worker,
    string WebHooks,
    Dictionary<string, string?> AppSettings,
    bool Verbose);

/// <param name="Kind">orchestrator, activity or entity</param>
internal sealed record DurableFunction(string Kind, string Name);

internal sealed class WebHooks(Uri url) : IWebHookProvider
{
    public Uri GetUrl(IExtensionConfigProvider extension) => url;
}
