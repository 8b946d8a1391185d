using Mandate.Temporal.Activities;

namespace Mandate.Development.Orders;

/// <summary>DEVELOPMENT ONLY, the demonstration's activity on shipments.</summary>
internal sealed class ShippingActivities(IHttpClientFactory clients, ILogger<Warehouse> logger)
{
    private readonly Warehouse _warehouse = new(clients, logger);

    /// <summary>Books a carrier.</summary>
    [Activity]
    public Task<StepReceipt> BookCarrierAsync(Order order) => _warehouse.CallAsync("book-carrier", order);
}
