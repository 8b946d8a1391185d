using System.Text.Json;
using Mandate.Temporal.Activities;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>The activities of <c>typescript/activities.js</c> in C#.</summary>
public sealed class InteropActivities(Gates gates)
{
    [Activity("sayHello")]
    public string SayHello(string name) => $"Hello, {name}!";

    [Activity("echo")]
    public JsonElement Echo(JsonElement value) => value;

    [Activity("waitAtGate")]
    public async Task<string> WaitAtGateAsync(string name)
    {
        await gates.PassAsync(name);
        return $"passed {name}";
    }
}
