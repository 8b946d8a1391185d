using System.Net.Http.Json;
using Mandate.Identity;
using Mandate.Temporal.Activities;

namespace Mandate.Development.Orders;

/// <summary>DEVELOPMENT ONLY: calls the sample service. It knows nothing of tokens: the named client adds the service's own, and for whom it calls.</summary>
internal sealed partial class Warehouse(IHttpClientFactory clients, ILogger<Warehouse> logger)
{
    /// <summary>Name of the service in the settings.</summary>
    public const string ServiceName = "warehouse";

    /// <summary>Asks the service for an operation, for whom the activity acts.</summary>
    public async Task<StepReceipt> CallAsync(string operation, Order order)
    {
        LogCall(operation, order.OrderId, order.Note);
        using var client = clients.CreateClient(ServiceName);
        using var response = await client.PostAsJsonAsync(operation, order, ActivityExecutionContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        var seen = await response.Content.ReadFromJsonAsync<Dictionary<string, string>>(ActivityExecutionContext.Current.CancellationToken);
        return new(operation, Principal.Current.ToString(), $"{seen!["user"]}@{seen["tenant"]}");
    }

    [LoggerMessage(EventId = 1, EventName = "WarehouseCall", Level = LogLevel.Information, Message = "{Operation} for order {OrderId}: {Note}")]
    private partial void LogCall(string operation, string orderId, string note);
}
