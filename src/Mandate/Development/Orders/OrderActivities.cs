using Mandate.Temporal.Activities;

namespace Mandate.Development.Orders;

/// <summary>DEVELOPMENT ONLY, the demonstration's activities on orders.</summary>
internal sealed class OrderActivities(IHttpClientFactory clients, ILogger<Warehouse> logger)
{
    private readonly Warehouse _warehouse = new(clients, logger);

    /// <summary>Reserves what is ordered.</summary>
    [Activity]
    public Task<StepReceipt> ReserveStockAsync(Order order) => _warehouse.CallAsync("reserve-stock", order);

    /// <summary>Takes the money.</summary>
    [Activity]
    public Task<StepReceipt> TakePaymentAsync(Order order) => _warehouse.CallAsync("take-payment", order);
}
